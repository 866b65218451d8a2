using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Answers;

/// <summary>Checking a change against what the caller has seen.</summary>
internal static class Precondition
{
    /// <summary>The revision to hand to the grain; null where the caller sent no <c>If-Match</c>.</summary>
    /// <param name="present">Reads the present revision, where several were sent.</param>
    public static async ValueTask<(string? Revision, Problem? Refusal)> Read(HttpContext http, Func<Task<string?>> present)
    {
        var ifMatch = EntityTags.ReadIfMatch(http.Request, out var error);
        if (error is not null) return (null, Problem.OfField("If-Match", error));
        if (ifMatch is null) return (null, null);
        return (await ifMatch.Choose(present), null);
    }
}
