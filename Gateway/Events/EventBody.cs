using Buildify.Gateway.Bodies;

namespace Buildify.Gateway.Events;

/// <summary>An event, as it is sent.</summary>
/// <param name="EventType">A type that may be sent from outside, or one under a prefix that the tenant has declared.</param>
/// <param name="Payload">What the type's contract says, at most 256 KiB.</param>
/// <param name="CompanyId">The company that it is about; left out for the tenant.</param>
/// <param name="EventId">1 to 64 of A-Z, a-z, 0-9, _ and -. What was sent before under it is not written again.</param>
internal sealed record EventBody(string EventType, JsonObjectText Payload, string? CompanyId = null, string? EventId = null);
