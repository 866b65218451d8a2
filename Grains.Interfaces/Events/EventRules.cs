using System.Text;
using System.Text.RegularExpressions;

namespace Buildify.Events;

/// <summary>What the log takes; <c>check_event</c> in SQL says the same.</summary>
public static partial class EventRules
{
    public const int MaxTypeLength = 200;

    public const int MaxKeyLength = 200;

    /// <summary>Where a type of the platform's own begins; nobody else sends one.</summary>
    public const string PlatformPrefix = "core.";

    public static bool IsType(string? text) => text is { Length: <= MaxTypeLength } && Type().IsMatch(text);

    public static bool IsSegment(string text) => Segment().IsMatch(text);

    /// <summary>One word or more, that leave room for another.</summary>
    public static bool IsPrefix(string? text) => text is { Length: > 0 and < MaxTypeLength } && text.Split('.').All(IsSegment);

    public static bool IsId(string? text) => text is not null && Id().IsMatch(text);

    public static bool FitsInto(string payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return payload.Length <= EventOptions.MaxPayloadBytes && Encoding.UTF8.GetByteCount(payload) <= EventOptions.MaxPayloadBytes;
    }

    /// <summary>All that is wrong with an event; the payload's fields are the type's to check.</summary>
    public static IEnumerable<FieldError> Check(NewEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!IsType(@event.EventType)) yield return new("event_type", "must be two or more words of a-z, 0-9, _ and - with dots between them, as crm.contact.created");
        if (@event.Id is { } id && !IsId(id)) yield return new("event_id", "must be 1 to 64 of A-Z, a-z, 0-9, _ and -; leave it out for one to be made");
        if (@event.CompanyId is { } company && !Slug.IsValid(company)) yield return new("company_id", Slug.Rule);
        if (@event.OrderingKey is { Length: > MaxKeyLength }) yield return new("ordering_key", $"must have at most {MaxKeyLength} characters");
        if (!@event.Payload.Text.AsSpan().TrimStart().StartsWith("{")) yield return new("payload", "must be a JSON object");
        else if (!FitsInto(@event.Payload.Text)) yield return new("payload", $"has more than {EventOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)+\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Type();

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Segment();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
