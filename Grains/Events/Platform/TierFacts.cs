using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Modules;

namespace Buildify.Events.Platform;

/// <summary>What a write of a module's tier says happened; nothing where the tier is as it was.</summary>
internal static class TierFacts
{
    /// <param name="company">Null for the tenant's tier.</param>
    /// <param name="before">Null where there was none: then the module was off for the tenant, and for the company as the tenant has it.</param>
    public static ImmutableArray<NewEvent> Of(string tenant, string? company, ModuleTier? before, ModuleTier after, Caller caller)
    {
        var (module, version) = (after.Module, after.Version);
        var wasOn = before?.Enabled ?? company is not null;
        if (wasOn != after.Enabled)
        {
            return after.Enabled
                ? [Told.By(caller, tenant, new ModuleEnabled(module, version, company, caller.Actor))]
                : [Told.By(caller, tenant, new ModuleDisabled(module, version, company, caller.Actor))];
        }
        var changed = Changed(before ?? Tiers.Empty(module, version), after);
        return changed.IsEmpty ? [] : [Told.By(caller, tenant, new ModuleConfigured(module, version, company, changed, caller.Actor))];
    }

    private static ImmutableArray<string> Changed(ModuleTier before, ModuleTier after)
    {
        using var old = before.Configuration.Parse();
        using var now = after.Configuration.Parse();
        var keys = old.RootElement.EnumerateObject().Concat(now.RootElement.EnumerateObject()).Select(field => field.Name).Distinct(StringComparer.Ordinal)
            .Where(key => !IsSame(old.RootElement, now.RootElement, key)).Select(key => $"configuration.{key}");
        var features = before.EnabledFeatures.ToHashSet(StringComparer.Ordinal).SetEquals(after.EnabledFeatures)
            && before.DisabledFeatures.ToHashSet(StringComparer.Ordinal).SetEquals(after.DisabledFeatures);
        return [.. keys, .. features ? [] : (string[])["features"], .. before.Version == after.Version ? [] : (string[])["version"]];
    }

    // By value: what comes back from jsonb has its keys in another order.
    private static bool IsSame(JsonElement before, JsonElement after, string key) =>
        before.TryGetProperty(key, out var old) && after.TryGetProperty(key, out var now) && JsonElement.DeepEquals(old, now);
}
