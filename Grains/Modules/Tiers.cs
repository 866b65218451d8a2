using System.Text;
using System.Text.Json;
using Buildify.Storage;

namespace Buildify.Modules;

/// <summary>What writing a tier means, the same for a tenant's and a company's.</summary>
internal static class Tiers
{
    /// <summary>How large one tier's configuration may be, in bytes of UTF-8.</summary>
    public const int MaxConfigurationBytes = 64 * 1024;

    /// <summary>A company that customises nothing has this tier; its revision is one that no write gives.</summary>
    public static ModuleTier Empty(string module, string version) =>
        new(module, Enabled: true, JsonText.EmptyObject, [], [], version, "0", UpdatedAt: null, UpdatedBy: null);

    /// <inheritdoc cref="Revisions.Check"/>
    /// <param name="current">The present tier; null where there is none.</param>
    public static Failure? CheckRevision(string? ifMatch, ModuleTier? current) => Revisions.Check(ifMatch, current?.Revision);

    /// <summary>Null where the configuration is an object of a size that can be kept.</summary>
    public static Failure? CheckShape(JsonText configuration)
    {
        if (Encoding.UTF8.GetByteCount(configuration.Text) > MaxConfigurationBytes)
        {
            return Failure.Invalid(new FieldError("configuration", $"must be at most {MaxConfigurationBytes} bytes"));
        }
        using var document = configuration.Parse();
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? null
            : Failure.Invalid(new FieldError("configuration", "must be an object"));
    }

    /// <summary>The tier as it will be.</summary>
    public static TierDocument Next(
        TierDocument? current, TierChange change, string version, long revision, DateTimeOffset now, Caller caller) => new()
        {
            Enabled = change.Enabled,
            Configuration = Kept(change, current)?.Configuration ?? change.Configuration,
            EnabledFeatures = Kept(change, current)?.EnabledFeatures ?? change.EnabledFeatures,
            DisabledFeatures = Kept(change, current)?.DisabledFeatures ?? change.DisabledFeatures,
            Version = version,
            // Data stays where the hooks left it, also while the module is off; without any there is none of an older version.
            DataVersion = current?.DataVersion ?? version,
            Problem = current?.Enabled == true ? current.Problem : null,
            Revision = revision,
            Operation = change.Operation,
            CreatedAt = current?.CreatedAt ?? now,
            UpdatedAt = now,
            UpdatedBy = caller.Actor,
            Unknown = current?.Unknown,
        };

    /// <summary>The row that says who changed what, to be committed with the change.</summary>
    public static Outbox History(
        string tenant, string? company, string module, ModuleTier? before, ModuleTier? after, string action, Caller caller) => new()
        {
            History = [new(tenant, company, module, action, caller.Actor, caller.CorrelationId, Json(before), Json(after))],
        };

    private static TierDocument? Kept(TierChange change, TierDocument? current) => change.KeepContent ? current : null;

    private static JsonText? Json(ModuleTier? tier) =>
        tier is null ? null : new JsonText(JsonSerializer.Serialize(tier, BuildifyJson.Options));
}
