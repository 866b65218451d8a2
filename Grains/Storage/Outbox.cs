using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Events;
using Buildify.Idempotency;

namespace Buildify.Storage;

/// <summary>Rows that commit with a document, or not at all. The write statement knows the kinds, and refuses others.</summary>
internal sealed record Outbox
{
    /// <summary>To <c>idempotency_keys</c>.</summary>
    public ImmutableArray<IdempotencyRow> Idempotency { get; init; } = [];

    /// <summary>To <c>configuration_history</c>.</summary>
    public ImmutableArray<HistoryRow> History { get; init; } = [];

    /// <summary>To <c>events</c>, in this order; the log's owners are told once they are committed.</summary>
    public ImmutableArray<EventRow> Events { get; init; } = [];

    /// <summary>An outbox with the result of a creating request; null where the request had no key.</summary>
    public static Outbox? For<T>(IdempotencyStamp? stamp, T result) => stamp is null
        ? null
        : new Outbox
        {
            Idempotency =
            [
                new(stamp.Scope, stamp.Key, stamp.Fingerprint, stamp.Status,
                    new JsonText(JsonSerializer.Serialize(result, BuildifyJson.Options))),
            ],
        };

    /// <summary>An outbox with what happened, beside what else it has.</summary>
    /// <param name="outbox">Null for nothing else.</param>
    /// <param name="events">As <see cref="EventEnvelope"/> makes them; with none the outbox is what it was.</param>
    public static Outbox? With(Outbox? outbox, params ImmutableArray<NewEvent> events)
    {
        if (events.IsDefaultOrEmpty) return outbox;
        outbox ??= new Outbox();
        return outbox with { Events = [.. outbox.Events, .. events.Select(EventRow.Of)] };
    }
}

internal sealed record IdempotencyRow(string Scope, string Key, string Fingerprint, int Status, JsonText Response);

internal sealed record HistoryRow(
    string TenantId,
    string? CompanyId,
    string ModuleName,
    string Action,
    string Actor,
    string CorrelationId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonText? Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonText? After);

/// <param name="TenantId">Whose it is, which need not be the document's tenant: many documents are the platform's.</param>
internal sealed record EventRow(
    string TenantId,
    string? CompanyId,
    string EventType,
    int EventVersion,
    string EventSource,
    string? OrderingKey,
    JsonText Payload,
    string? CorrelationId,
    string? TraceParent)
{
    public static EventRow Of(NewEvent made) => new(
        made.Tenant, made.CompanyId, made.EventType, made.EventVersion, made.EventSource, made.OrderingKey, made.Payload, made.CorrelationId, made.TraceParent);
}
