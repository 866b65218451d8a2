using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Buildify.Gateway.Answers;

/// <summary>Entity tags of configuration documents (RFC 9110, 8.8.3 and 13.1). All of ours are strong.</summary>
internal static class EntityTags
{
    public static string Quote(string revision) => $"\"{revision}\"";

    /// <summary>Whether the client of a GET has this revision already (<c>If-None-Match</c>, compared weakly).</summary>
    public static bool IsKnown(HttpRequest request, string revision)
    {
        var sent = request.Headers.IfNoneMatch;
        return sent.Count > 0 && HttpMethods.IsGet(request.Method) && TryRead(sent, out var tags)
            && (tags == Any || tags.Any(tag => tag.Tag.AsSpan().Trim('"').SequenceEqual(revision)));
    }

    /// <summary>What <c>If-Match</c> asks for; null where it is not sent.</summary>
    /// <param name="error">What is wrong with the header.</param>
    public static IfMatch? ReadIfMatch(HttpRequest request, out string? error)
    {
        error = null;
        var sent = request.Headers.IfMatch;
        if (sent.Count == 0) return null;
        if (!TryRead(sent, out var tags))
        {
            error = "must be an entity tag in quotes as GET answers it, a list of them, or *";
            return null;
        }
        // A weak tag matches nothing: If-Match compares strongly.
        return tags == Any ? IfMatch.AnyRevision : new IfMatch([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.Value!.Trim('"'))]);
    }

    private static readonly IList<EntityTagHeaderValue> Any = [EntityTagHeaderValue.Any];

    private static bool TryRead(StringValues sent, [NotNullWhen(true)] out IList<EntityTagHeaderValue>? tags)
    {
        if (sent is ["*"])
        {
            tags = Any;
            return true;
        }
        tags = EntityTagHeaderValue.TryParseStrictList(sent.ToArray()!, out var parsed) && !parsed.Contains(EntityTagHeaderValue.Any) ? parsed : null;
        return tags is not null;
    }
}

/// <summary>The revisions of which one must be the present one.</summary>
internal sealed record IfMatch(string[] Revisions)
{
    public static IfMatch AnyRevision { get; } = new(["*"]);

    /// <summary>
    /// The one revision to hand to the grain, which checks it together with its write. Of several the gateway picks the one that is
    /// present now; where none is, one that no write ever gives, so that the grain refuses in its own words.
    /// </summary>
    /// <param name="present">Reads the present revision; asked only where several were sent.</param>
    public async ValueTask<string> Choose(Func<Task<string?>> present)
    {
        if (Revisions is [var only]) return only;
        var now = Revisions.Length == 0 ? null : await present();
        return now is not null && Revisions.Contains(now) ? now : "none";
    }
}
