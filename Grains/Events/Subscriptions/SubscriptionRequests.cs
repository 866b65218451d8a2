using System.Globalization;

namespace Buildify.Events.Subscriptions;

/// <summary>What callers may ask of a subscription.</summary>
internal static class SubscriptionRequests
{
    public static List<FieldError> Check(NewSubscription subscription)
    {
        var errors = new List<FieldError>();
        Check(subscription.Name, subscription.EventPattern, subscription.Priority, subscription.CallbackUrl, errors);
        return errors;
    }

    public static List<FieldError> Check(SubscriptionChange change)
    {
        var errors = new List<FieldError>();
        Check(change.Name, change.EventPattern, change.Priority, change.CallbackUrl, errors);
        CheckState(change, errors);
        return errors;
    }

    /// <summary>A handler is what its module says.</summary>
    public static List<FieldError> CheckHandler(SubscriptionChange change)
    {
        var errors = new List<FieldError>();
        foreach (var (field, isSet) in new[]
        {
            ("name", change.Name is not null), ("event_pattern", change.EventPattern is not null), ("priority", change.Priority is not null),
            ("callback_url", change.CallbackUrl is not null), ("stops_on_failure", change.StopsOnFailure is not null),
        })
        {
            if (isSet) errors.Add(new(field, "is what the handler's module says; only the state of a handler can be changed"));
        }
        CheckState(change, errors);
        return errors;
    }

    /// <summary>What a replay begins with: <c>start</c>, a time or an event's id.</summary>
    public static FieldError? Check(ReplayRequest request)
    {
        if (request.PerSecond is < 1 or > SubscriptionOptions.MaxReplayPerSecond)
        {
            return new("per_second", $"must be 1 to {SubscriptionOptions.MaxReplayPerSecond}");
        }
        return string.IsNullOrEmpty(request.From) ? new("from", "is missing: start, a time as 2026-01-31T12:00:00Z, or an event's id") : null;
    }

    /// <summary>A time of RFC 3339, with its offset.</summary>
    public static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out time);

    private static void Check(string? name, string? pattern, int? priority, string? url, List<FieldError> errors)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > SubscriptionRules.MaxNameLength || name.Any(char.IsControl)))
        {
            errors.Add(new("name", $"must have 1 to {SubscriptionRules.MaxNameLength} characters on one line"));
        }
        if (pattern is not null && EventPattern.TryParse(pattern, out _) is { } wrong) errors.Add(new("event_pattern", wrong));
        if (priority is < 0 or > 9) errors.Add(new("priority", "must be 0 to 9"));
        if (url is { Length: 0 or > SubscriptionRules.MaxUrlLength }) errors.Add(new("callback_url", $"must be an address of at most {SubscriptionRules.MaxUrlLength} characters"));
    }

    private static void CheckState(SubscriptionChange change, List<FieldError> errors)
    {
        if (change.State == SubscriptionState.Disabled) errors.Add(new("state", "must be active or paused; a web hook is disabled by itself, and DELETE removes it"));
    }
}
