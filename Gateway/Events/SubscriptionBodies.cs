using System.Text.Json.Serialization;
using Buildify.Events;

namespace Buildify.Gateway.Events;

/// <summary>What is left out stays.</summary>
/// <param name="Priority">0 to 9; of those that want an event, the higher ones get it first.</param>
/// <param name="StopsOnFailure">Whether the events of a key wait once one of them was parked.</param>
internal sealed record SubscriptionChangeBody(
    string? Name = null, string? EventPattern = null, int? Priority = null, string? CallbackUrl = null, bool? StopsOnFailure = null)
{
    public SubscriptionChange ToChange() => new()
    {
        Name = Name,
        EventPattern = EventPattern,
        Priority = Priority,
        CallbackUrl = CallbackUrl,
        StopsOnFailure = StopsOnFailure,
    };
}

/// <param name="EventId">Only this event; left out for all that fail at the moment.</param>
internal sealed record SkipBody(string? EventId = null);

/// <param name="EventType">One that the pattern matches; left out for one to be chosen.</param>
internal sealed record ExampleBody(string? EventType = null);

/// <summary>A web hook with its secret.</summary>
internal sealed record CreatedSubscriptionAnswer(string Id, string Name, string EventPattern, int Priority, string CallbackUrl)
{
    /// <summary>As <c>whsec_…</c>. No secret is stored with an Idempotency-Key: a repeat is answered without it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init => field = string.IsNullOrEmpty(value) ? null : value; }

    public static CreatedSubscriptionAnswer Of(CreatedSubscription made) =>
        new(made.Id, made.Name, made.EventPattern, made.Priority, made.CallbackUrl) { Secret = made.Secret };
}
