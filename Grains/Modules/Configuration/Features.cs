using System.Collections.Immutable;

namespace Buildify.Modules.Configuration;

/// <summary>Named switches of a module: on by default or not, then as the tenant says, then as the company says.</summary>
internal static class Features
{
    public static ImmutableSortedDictionary<string, bool> Merge(
        ImmutableDictionary<string, bool> defaults, params ReadOnlySpan<ModuleTier> tiers)
    {
        var features = ImmutableSortedDictionary.CreateBuilder<string, bool>(StringComparer.Ordinal);
        features.AddRange(defaults);
        foreach (var tier in tiers)
        {
            // A feature that the module's present version no longer has is not brought back by an old tier.
            foreach (var name in tier.EnabledFeatures.Where(features.ContainsKey)) features[name] = true;
            foreach (var name in tier.DisabledFeatures.Where(features.ContainsKey)) features[name] = false;
        }
        return features.ToImmutable();
    }

    /// <summary>What is wrong with a tier's lists: names the module has not, names in both.</summary>
    public static IEnumerable<FieldError> Check(IReadOnlyCollection<string> known, TierChange tier)
    {
        foreach (var (field, names) in new[] { ("enabled_features", tier.EnabledFeatures), ("disabled_features", tier.DisabledFeatures) })
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (!known.Contains(names[i])) yield return new($"{field}[{i}]", Unknown(names[i], known));
            }
        }
        foreach (var name in tier.EnabledFeatures.Intersect(tier.DisabledFeatures))
        {
            yield return new("disabled_features", $"names '{name}', which enabled_features names too; keep it in one of them");
        }
    }

    private static string Unknown(string name, IReadOnlyCollection<string> known) => known.Count == 0
        ? $"'{name}' is not a feature of this module; it has none"
        : $"'{name}' is not a feature of this module; {Nearest.Hint(name, known)}";
}
