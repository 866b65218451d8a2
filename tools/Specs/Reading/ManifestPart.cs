using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;
using NuGet.Versioning;

namespace Buildify.Specs.Reading;

/// <summary>
/// What the specs need of <c>manifest.json</c>, and its keys. Its values are checked in full where the module is registered, by the one
/// reader that knows the platform's version and the tenants' configuration.
/// </summary>
internal sealed record ManifestPart(string Name, string DisplayName, string Version, string ApiPrefix, ImmutableHashSet<string> Permissions, Fields? Fields, Place Place)
{
    /// <summary>What stands for a module whose manifest cannot be read, so that its specs still are.</summary>
    private const string Nameless = "nameless";

    public string Namespace => Names.Pascal(Name);

    public static ManifestPart Read(SpecNode? root, Problems problems, bool isPlatform)
    {
        var fields = root is null ? null : Reading.Fields.Of(root, SpecKeys.Manifest, problems, isPlatform);
        if (fields is null) return new ManifestPart(Nameless, "", "0.0.0", "", [], null, root?.Place ?? default);

        var name = ReadName(fields, problems, isPlatform);
        CheckParts(fields, problems, isPlatform);
        return new ManifestPart(
            name,
            fields.Text("display_name", required: true)?.Value ?? "",
            ReadVersion(fields, problems),
            ReadPrefix(fields, problems, isPlatform) ?? $"/api/v1/{name}",
            [.. fields.Named("permissions").Select(e => e.Key)],
            fields,
            fields.PlaceOf("version"));
    }

    private static string ReadName(Fields fields, Problems problems, bool isPlatform)
    {
        if (fields.Text("name", required: true) is not { } text) return Nameless;
        var name = text.Value;
        if (!Slug.IsValid(name)) problems.Add(SpecErrors.BadName, text.Place, $"'{name}' is no name of a module: it {Slug.Rule}");
        else if (!char.IsAsciiLetter(name[0])) problems.Add(SpecErrors.BadName, text.Place, $"'{name}' would be a C# namespace, which starts with a letter; call it 'm{name}' or what it is");
        else if (!isPlatform && ReservedNames.Modules.Contains(name)) problems.Add(SpecErrors.ReservedName, text.Place, $"'{name}' is the namespace of .NET, of a library or of the platform; call it '{name}-module' or what it is");
        else return name;
        return Nameless;
    }

    private static string ReadVersion(Fields fields, Problems problems)
    {
        if (fields.Text("version", required: true) is not { } text) return "0.0.0";
        if (text.Quoted && SemanticVersion.TryParse(text.Value, out _)) return text.Value;
        problems.Add(SpecErrors.BadVersion, text.Place, $"'{text.Value}' is not a semantic version; write it as \"1.2.3\" (https://semver.org)");
        return "0.0.0";
    }

    private static string? ReadPrefix(Fields fields, Problems problems, bool isPlatform)
    {
        if (fields.Node("backend") is not { } node || Reading.Fields.Of(node, SpecKeys.Backend, problems, isPlatform) is not { } backend) return null;
        if (backend.Text("api_prefix") is not { } text) return null;
        if (text.Value.Length == 0 || !UrlPath.Placeholders(text, problems).IsEmpty)
        {
            problems.Add(SpecErrors.BadPath, text.Place, $"'{text.Value}' must be a path without placeholders, as /api/v1/warehouse");
        }
        return text.Value;
    }

    private static void CheckParts(Fields fields, Problems problems, bool isPlatform)
    {
        Check(fields.Node("database"), SpecKeys.Database);
        Check(fields.Node("repository"), SpecKeys.Repository);
        foreach (var feature in fields.Named("features").Where(f => f.Value is SpecMap)) Check(feature.Value, SpecKeys.Feature);
        foreach (var page in Check(fields.Node("frontend"), SpecKeys.Frontend)?.Items("pages") ?? []) Check(page, SpecKeys.FrontendPage);

        Fields? Check(SpecNode? node, KeyGroup group) => node is null ? null : Reading.Fields.Of(node, group, problems, isPlatform);
    }
}
