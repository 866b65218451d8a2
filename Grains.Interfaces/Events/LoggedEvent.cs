using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify.Events;

/// <summary>An event as the log has it, and as callers over HTTP and web hooks get it.</summary>
/// <param name="Id">Unique within the tenant; no <c>.</c> in it, so that a web hook's signature can be put together without doubt.</param>
/// <param name="EventType">As <c>financial.invoice.created</c>.</param>
/// <param name="EventVersion">Of the payload's form, from 1.</param>
/// <param name="EventSource">The module, or the program.</param>
/// <param name="CompanyId">The company's slug; null for an event of the tenant.</param>
/// <param name="Payload">A JSON object. Personal fields are encrypted in the log and plain for who may read the event; null once erased.</param>
/// <param name="Position">The place in the tenant's events: it grows, not by one.</param>
[GenerateSerializer, Immutable, Alias("buildify.logged-event")]
public sealed record LoggedEvent(
    [property: Id(0)] string Id,
    [property: Id(1)] string EventType,
    [property: Id(2)] int EventVersion,
    [property: Id(3)] string EventSource,
    [property: Id(4)] string Tenant,
    [property: Id(5)] string? CompanyId,
    [property: Id(6)] JsonText Payload,
    [property: Id(7)] DateTimeOffset CreatedAt,
    [property: Id(8)] string? CorrelationId,
    [property: Id(9)] long Position)
{
    /// <summary>Set where the publisher named one.</summary>
    [Id(10), JsonIgnore] public string? OrderingKey { get; init; }

    [Id(11), JsonIgnore] public string? TraceParent { get; init; }

    /// <summary>By which events stay in order: the publisher's key, else the company, else empty, which is the tenant itself.</summary>
    [JsonIgnore] public string Key => OrderingKey ?? CompanyId ?? "";

    /// <summary>The payload as its contract. What an older version wrote has to be upcast before.</summary>
    public T Read<T>() where T : IEvent => JsonSerializer.Deserialize<T>(Payload.Text, BuildifyJson.Options)
        ?? throw new JsonException($"The payload of event {Id} ({EventType}) is null.");
}

/// <summary>An event to be written.</summary>
/// <param name="Id">The caller's; null for one to be made. What was written before under it is not written again.</param>
[GenerateSerializer, Immutable, Alias("buildify.new-event")]
public sealed record NewEvent(
    [property: Id(0)] string Tenant, [property: Id(1)] string EventType, [property: Id(2)] JsonText Payload, [property: Id(3)] string? Id = null)
{
    [Id(4)] public int EventVersion { get; init; } = 1;

    [Id(5)] public string EventSource { get; init; } = "core";

    [Id(6)] public string? CompanyId { get; init; }

    [Id(7)] public string? OrderingKey { get; init; }

    [Id(8)] public string? CorrelationId { get; init; }

    [Id(9)] public string? TraceParent { get; init; }
}

/// <summary>What became of a <see cref="NewEvent"/>.</summary>
/// <param name="Position">Null where it was written in the caller's transaction, or was there.</param>
/// <param name="WasThere">Its id was used before, and nothing was written.</param>
[GenerateSerializer, Immutable, Alias("buildify.appended-event")]
public sealed record AppendedEvent([property: Id(0)] string Id, [property: Id(1)] long? Position, [property: Id(2)] bool WasThere = false);
