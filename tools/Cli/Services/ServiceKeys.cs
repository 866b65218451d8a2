using Buildify.Specs.Reference;

namespace Buildify.Cli.Services;

/// <summary>Every key of <c>services.yml</c>, and what can be wrong there beside the keys.</summary>
internal static class ServiceKeys
{
    public static readonly string[] Types = ["silo", "worker", "gateway", "web", "container"];

    public static readonly KeyGroup File = new("Services", ServicesFile.Name, "", "services.yml",
    [
        new("services", "list", null, "What is deployed"),
    ]);

    public static readonly KeyGroup Service = new("Service", ServicesFile.Name, "services[]", "a service",
    [
        new("name", "a-z, 0-9 and '-'", null, "What the others reach it by, in the network"),
        new("type", "silo, worker, gateway, web or container", null, "What runs in it"),
        new("description", "text", null, "What it is for"),
        new("modules", "list of modules", "all", "Those that a silo, worker or gateway serves; [] for the platform alone"),
        new("depends_on", "list of services", "none", "Those that are well before it starts"),
        new("profiles", "list of words", "none", "Compose starts it with one of these profiles alone"),
        new("replicas", "0 to 100", "1", "How many run at first; docker compose up --scale changes it"),
        new("image", "name with a version", "built from services/{name}", "What a container runs"),
        new("command", "list of words", "its image's", "What a container is started with"),
        new("environment", "map of text", "none", "Variables beside those of its type, or in their place"),
        new("volumes", "list of name:/path", "none", "What a container keeps"),
        new("health", "a shell's command", "its image's", "Ends with 0 where a container is well"),
    ]);

    public static readonly SpecError UnknownModule = new("BSVC001", "An unknown module", "No folder under modules/ has this name.");

    public static readonly SpecError UnknownService = new("BSVC002", "An unknown service", "No service of this file has this name.");

    public static readonly SpecError Cycle = new("BSVC003", "Services that wait for each other", "None of them would ever start.");

    public static readonly SpecError NotForType = new("BSVC004", "A key that the type does not have", "It would mean nothing there.");
}
