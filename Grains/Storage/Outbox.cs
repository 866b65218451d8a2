using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Idempotency;

namespace Buildify.Storage;

/// <summary>Rows that commit with a document, or not at all. The write statement knows the kinds, and refuses others.</summary>
internal sealed record Outbox
{
    /// <summary>To <c>idempotency_keys</c>.</summary>
    public ImmutableArray<IdempotencyRow> Idempotency { get; init; } = [];

    /// <summary>To <c>configuration_history</c>.</summary>
    public ImmutableArray<HistoryRow> History { get; init; } = [];

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
