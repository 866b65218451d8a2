using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Buildify.Modules.Configuration;

/// <summary>
/// The tiers of a configuration merged into one. Objects merge key by key; arrays and scalars replace; a null in a tier is as if
/// the key were not there.
/// </summary>
internal static class ConfigurationMerge
{
    /// <summary>Merges, the first tier being overridden by those behind it.</summary>
    /// <returns>The merged object, and for the path of every value the name of the tier it came from.</returns>
    public static (JsonText Configuration, ImmutableSortedDictionary<string, string> Provenance) Merge(
        params ReadOnlySpan<(string Tier, JsonText Configuration)> tiers)
    {
        var merged = new Node();
        foreach (var (tier, configuration) in tiers)
        {
            using var document = configuration.Parse();
            Overlay(merged, document.RootElement, tier);
        }

        var provenance = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = BuildifyJson.Options.Encoder }))
        {
            Write(merged, "", writer, provenance);
        }
        return (new JsonText(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)), provenance.ToImmutable());
    }

    private static void Overlay(Node target, JsonElement tierObject, string tier)
    {
        foreach (var property in tierObject.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null) continue;
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                target.Children[property.Name] = new Node { Json = property.Value.GetRawText(), Tier = tier };
                continue;
            }
            if (!target.Children.TryGetValue(property.Name, out var child) || child.Json is not null)
            {
                target.Children[property.Name] = child = new Node { Tier = tier };
            }
            Overlay(child, property.Value, tier);
        }
    }

    private static void Write(
        Node node, string path, Utf8JsonWriter writer, ImmutableSortedDictionary<string, string>.Builder provenance)
    {
        writer.WriteStartObject();
        foreach (var (name, child) in node.Children)
        {
            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            writer.WritePropertyName(name);
            if (child.Json is { } json) writer.WriteRawValue(json, skipInputValidation: true);
            else Write(child, childPath, writer, provenance);

            // An object's own origin is told by the values in it; an empty one has none.
            if (child.Json is not null || child.Children.Count == 0) provenance[childPath] = child.Tier;
        }
        writer.WriteEndObject();
    }

    /// <summary>A value (<see cref="Json"/> is set) or an object (it is not). Keys keep the order in which the tiers brought them.</summary>
    private sealed class Node
    {
        public string? Json { get; init; }

        public string Tier { get; init; } = "";

        public OrderedDictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);
    }
}
