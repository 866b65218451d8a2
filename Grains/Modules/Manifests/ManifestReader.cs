using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Buildify.Modules.Configuration;
using NuGet.Versioning;

namespace Buildify.Modules.Manifests;

/// <summary>Reads a manifest and tells everything that is wrong with it at once. Beyond name, display name and version, all has a default.</summary>
internal static partial class ManifestReader
{
    private static readonly string[] Keys =
    [
        "name", "display_name", "version", "description", "backend", "database", "depends_on", "features", "configuration",
        "configuration_schema", "permissions", "frontend", "repository",
    ];

    public static async Task<Outcome<Manifest>> Read(JsonText json)
    {
        using var document = json.Parse();
        var errors = new List<FieldError>();
        if (document.RootElement.ValueKind != JsonValueKind.Object) return Failure.Invalid(new FieldError("", "a manifest is a JSON object"));

        var root = new ManifestFields(document.RootElement, "", errors, Keys);
        var name = Name(root);
        var version = Version(root);
        var displayName = DisplayName(root);
        var configuration = root.Element("configuration") is { } own ? JsonText.From(own) : JsonText.EmptyObject;
        var schema = await Schema(root, configuration, errors);
        ReadFrontend(root, errors);
        _ = root.Object("repository", "url")?.Text("url");
        var manifest = new Manifest
        {
            Name = name,
            DisplayName = displayName,
            Version = version,
            Description = root.Text("description", maxLength: 4000),
            Backend = Backend(root, name),
            Database = Database(root, name),
            DependsOn = DependsOn(root, name),
            Features = Features(root),
            Permissions = Permissions(root),
            Configuration = configuration,
            Schema = schema,
            Json = json,
        };
        return errors.Count > 0 ? Failure.Invalid([.. errors]) : manifest;
    }

    private static string Name(ManifestFields root)
    {
        if (root.Text("name", required: true) is not { } name) return "";
        if (!Slug.IsValid(name)) root.Error("name", Slug.Rule);
        else if (name is Manifest.Core or "platform") root.Error("name", $"'{name}' is the platform itself; choose another name");
        return name;
    }

    private static string DisplayName(ManifestFields root)
    {
        if (root.Text("display_name", required: true) is not { } text) return "";
        var (name, error) = DisplayNames.Read(text);
        if (error is not null) root.Error("display_name", error);
        return name ?? "";
    }

    private static SemanticVersion Version(ManifestFields root)
    {
        var zero = new SemanticVersion(0, 0, 0);
        if (root.Text("version", required: true) is not { } text) return zero;
        if (SemanticVersion.TryParse(text, out var version)) return version;
        root.Error("version", $"'{text}' is not a semantic version; write it as 1.2.3 (https://semver.org)");
        return zero;
    }

    private static ModuleBackend Backend(ManifestFields root, string name)
    {
        var fields = root.Object("backend", "type", "api_prefix", "address", "port");
        var type = fields?.Text("type") ?? "grains";
        var prefix = fields?.Text("api_prefix");
        var address = fields?.Text("address");
        if (type is not ("grains" or "microservice")) fields!.Error("type", $"must be 'grains' or 'microservice'; {Nearest.Hint(type, ["grains", "microservice"])}");
        if (prefix is not null && !ApiPrefix().IsMatch(prefix)) fields!.Error("api_prefix", "must be a path such as /api/v1/warehouse");
        if (address is not null && BackendAddress.Check(address) is { } wrong) fields!.Error("address", wrong);
        var port = fields?.Port("port");
        if (type == "microservice" && address is null && port is null) fields!.Error("port", "is required for a microservice, or 'address'");
        return new ModuleBackend(type, prefix ?? $"/api/v1/{name}", type == "microservice" ? address ?? $"http://{name}-module:{port}" : null);
    }

    private static ImmutableSortedDictionary<string, string> DependsOn(ManifestFields root, string name)
    {
        var dependencies = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (module, value, fields) in root.Named("depends_on"))
        {
            if (!Slug.IsValid(module)) fields.Error(module, $"is no module's name: a name {Slug.Rule}");
            else if (module == name) fields.Error(module, "a module cannot depend on itself");
            else if (value.ValueKind != JsonValueKind.String) fields.Error(module, "must be a range of versions, as \"^1.0\"");
            else if (SemverRange.TryParse(value.GetString()!) is not { } range) fields.Error(module, $"'{value.GetString()}' is not a range of versions; write it as ^1.0 or >=1.2 <2.0");
            else if (module == Manifest.Core && !range.Contains(Manifest.CoreVersion)) fields.Error(module, $"this platform's core is {Manifest.CoreVersion}, which '{value.GetString()}' does not admit");
            else dependencies[module] = value.GetString()!;
        }
        return dependencies.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, FeatureRead> Features(ManifestFields root)
    {
        var features = ImmutableSortedDictionary.CreateBuilder<string, FeatureRead>(StringComparer.Ordinal);
        foreach (var (feature, value, fields) in root.Named("features"))
        {
            if (!Identifier().IsMatch(feature)) fields.Error(feature, "a feature's name is 1 to 64 characters of a-z, 0-9, '_' and '-'");
            else if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) features[feature] = new(value.GetBoolean(), null);
            else if (fields.Object(feature, "default", "description") is { } own) features[feature] = new(own.Flag("default"), own.Text("description"));
        }
        return features.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, string> Permissions(ManifestFields root)
    {
        var permissions = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (permission, _, fields) in root.Named("permissions"))
        {
            if (!Permission().IsMatch(permission)) fields.Error(permission, "a permission's name is dotted lower-case words, as warehouse.stock.write");
            else if (fields.Text(permission) is { } allows) permissions[permission] = allows;
        }
        return permissions.ToImmutable();
    }

    private static async Task<SchemaCheck?> Schema(ManifestFields root, JsonText configuration, List<FieldError> errors)
    {
        if (root.Element("configuration_schema") is not { } element) return null;
        var (check, error) = await SchemaCheck.Read(new JsonText(element.GetRawText()));
        if (error is not null) root.Error("configuration_schema", error);

        // The defaults alone may lack what a tenant must give, so only what they do say is held against the schema.
        errors.AddRange(check?.Check(configuration).Where(e => e.Message != "is required") ?? []);
        return check;
    }

    private static ManifestDatabase Database(ManifestFields root, string name)
    {
        var fields = root.Object("database", "strategy", "schema_prefix");
        var strategy = fields?.Text("strategy");
        var prefix = fields?.Text("schema_prefix");
        if (strategy is not (null or "shared" or "separate")) fields!.Error("strategy", $"is '{strategy}' and must be 'shared' or 'separate'");
        if (prefix is not null && !SchemaPrefix().IsMatch(prefix)) fields!.Error("schema_prefix", "must be lower-case letters, digits and '_', ending in '_', as warehouse_");
        return new ManifestDatabase(strategy is null ? null : strategy == "separate", prefix ?? name.Replace('-', '_') + "_");
    }

    private static void ReadFrontend(ManifestFields root, List<FieldError> errors)
    {
        if (root.Object("frontend", "entry", "pages") is not { } frontend) return;
        if (frontend.Text("entry") is { } entry && (entry.StartsWith('/') || entry.Contains("..", StringComparison.Ordinal))) frontend.Error("entry", "must be a path inside the module's folder");
        var index = 0;
        foreach (var page in frontend.Array("pages")?.EnumerateArray().AsEnumerable() ?? [])
        {
            var path = $"frontend.pages[{index++}]";
            if (page.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new(path, "must be an object with path and title"));
                continue;
            }
            var fields = new ManifestFields(page, path, errors, ["path", "title"]);
            _ = fields.Text("path", required: true);
            _ = fields.Text("title", required: true);
        }
    }

    [GeneratedRegex(@"\A/[a-z0-9/_-]{1,200}\z")]
    private static partial Regex ApiPrefix();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\A[a-z0-9_-]+(\.[a-z0-9_*-]+){0,7}\z")]
    private static partial Regex Permission();

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,30}_\z")]
    private static partial Regex SchemaPrefix();
}
