namespace Buildify.Specs.Reference;

internal static partial class SpecKeys
{
    private const string ManifestFile = "manifest.json";

    public static readonly KeyGroup Manifest = new("Manifest", ManifestFile, "", "a manifest",
    [
        new("name", "slug", null, "The module's name: its routes, tables, events and C# namespace are called after it"),
        new("display_name", "text", null, "The name that people read"),
        new("version", "semantic version", null, "As 1.2.3; what may change between two versions hangs on it"),
        new("description", "text", "none", "What the module is for"),
        new("backend", "map", "in the silos", "Where the module runs"),
        new("database", "map", "shared", "Where its tables are"),
        new("depends_on", "map of module to range", "nothing", "Which modules are enabled before it, as \"core\": \"^1.0\""),
        new("features", "map of name to true, false or map", "none", "What can be turned on and off for a tenant"),
        new("configuration", "map", "none", "The settings' defaults; their keys that are identifiers become typed settings"),
        new("configuration_schema", "JSON Schema", "none", "The settings' types and bounds: type, minimum, maximum, minLength, maxLength, pattern, enum, format, description, default"),
        new("permissions", "map of name to text", "none", "What can be granted, as \"financial.invoices.write\": \"Create invoices\""),
        new("frontend", "map", "none", "The module's pages"),
        new("repository", "map", "none", "Where its source is"),
    ]);

    public static readonly KeyGroup Backend = new("Backend", ManifestFile, "backend", "a backend",
    [
        new("type", "grains or microservice", "grains", "In the silos, or a process of its own"),
        new("api_prefix", "path", "/api/v1/{name}", "What its routes start with"),
        new("address", "http or https address", "http://{name}-module:{port}", "Where a microservice listens"),
        new("port", "1 to 65535", "none", "The port of a microservice"),
    ]);

    public static readonly KeyGroup Database = new("Database", ManifestFile, "database", "a database",
    [
        new("strategy", "shared or separate", "shared", "The platform's database, or one of its own"),
        new("schema_prefix", "name with '_' at its end", "{name}_", "What its tables' names start with"),
    ]);

    public static readonly KeyGroup Feature = new("Feature", ManifestFile, "features.{feature}", "a feature",
    [
        new("default", "true or false", "false", "Whether it is on where nobody chose"),
        new("description", "text", "none", "What it turns on"),
    ]);

    public static readonly KeyGroup Frontend = new("Frontend", ManifestFile, "frontend", "a front end",
    [
        new("entry", "path in the module's folder", "none", "The ES module that the shell loads"),
        new("pages", "list", "none", "The pages in the menu"),
    ]);

    public static readonly KeyGroup FrontendPage = new("FrontendPage", ManifestFile, "frontend.pages[]", "a page",
    [
        new("path", "path", null, "Where the shell shows it"),
        new("title", "text", null, "What the menu calls it"),
    ]);

    public static readonly KeyGroup Repository = new("Repository", ManifestFile, "repository", "a repository",
    [
        new("url", "address", "none", "Where its source is"),
    ]);
}
