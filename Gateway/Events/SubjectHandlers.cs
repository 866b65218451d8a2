using Buildify.Events;
using Buildify.Operations;
using Microsoft.AspNetCore.Http.Features;

namespace Buildify.Gateway.Events;

/// <summary>The people whom events speak of.</summary>
internal static class SubjectHandlers
{
    public static async Task<IResult> Erase(OperationCall call)
    {
        call.Get<string>("subject");
        if (call.IsRefused(out var refusal)) return refusal;
        var subject = LastOfPath(call.Http);
        if (subject.Length > EventRules.MaxKeyLength)
        {
            return call.Answer(Failure.Invalid(new FieldError("subject", $"must have at most {EventRules.MaxKeyLength} characters")));
        }
        // Where there was nothing, nobody can read it either.
        await call.Within(EventHandlers.Feed(call).EraseSubject(subject));
        return call.Done<Unit>(Unit.Value);
    }

    // A subject is whatever a payload's field held. Routing leaves %2F as it is, and then nobody knows which of the two was sent.
    private static string LastOfPath(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.Split('?', 2)[0].TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
