namespace Buildify.Specs.Reference;

internal static partial class SpecKeys
{
    private const string DomainFile = "spec/{domain}.yaml";
    private const string KeyOf = "company, tenant or a parameter";

    public static readonly KeyGroup Domain = new("Domain", DomainFile, "", "a domain",
    [
        new("domain", "name", null, "What the grain is called after"),
        Summary,
        new("config", "map", "none", "How its operations are reached"),
        new("operations", "map of name to operation", "none", "What it offers"),
    ]);

    public static readonly KeyGroup DomainConfig = new("DomainConfig", DomainFile, "config", "a domain's config",
    [
        new("grain", "map", "one a company", "Which grain answers"),
        new("rest", "map", "none", "What its routes have in common"),
    ]);

    public static readonly KeyGroup DomainGrain = new("DomainGrain", DomainFile, "config.grain", "a domain's grain",
    [
        new("key", KeyOf, "company", "How many grains there are: one for each of these; 'platform' in the platform's own specs"),
    ]);

    public static readonly KeyGroup DomainRest = new("DomainRest", DomainFile, "config.rest", "a domain's routes",
    [
        new("prefix", "path", "empty", "Behind the module's prefix, before each path"),
        new("tags", "list of words", "the domain", "How documents group its operations"),
    ]);

    public static readonly KeyGroup Operation = new("Operation", DomainFile, "operations.{operation}", "an operation",
    [
        Summary,
        new("input", "record", "none", "What it is given"),
        new("output", "record, or list[record]", "none", "What it answers; a list is answered as a page"),
        new("permission", "permission", "none", "What the caller must have been granted; declared in manifest.json"),
        new("access", "tenant, signed_in, platform_administrator or public", "tenant", "Who may call") { PlatformOnly = true },
        new("params", "list", "none", "What stands in the path or the query"),
        new("rest", "map", "none", "Its route"),
        new("events", "map", "none", "What calls it, and what is told when it succeeded"),
        new("task", "task", "none", "The task that calls it") { Aliases = ["tasks"] },
        Flag("internal", "Called by other modules alone, through the generated client"),
        new("accepted", "model", "none", "What is answered with 202 where the work goes on after the answer") { PlatformOnly = true },
        new("handler", "full name of a method", "none", "Answers the route instead of a grain") { PlatformOnly = true },
    ]);

    public static readonly KeyGroup Parameter = new("Parameter", DomainFile, "operations.{operation}.params[]", "a parameter",
    [
        new("name", "name", null, "As it stands in the path or the query"),
        new("type", "scalar or enum", "string", "The type"),
        .. Value,
        new("in", "path or query", "path where {name} stands in the path", "Where it stands"),
    ]);

    public static readonly KeyGroup Rest = new("Rest", DomainFile, "operations.{operation}.rest", "a route",
    [
        new("method", "GET, POST, PUT, PATCH or DELETE", "POST with an input, else GET", "The method; GET is a query: it changes nothing"),
        new("path", "path", "empty", "Behind the domain's prefix, as /{invoice_id}/issue"),
        new("status", "200 to 299", "204 without output; 201 for POST with input; else 200", "What success is answered with"),
        new("idempotent", "true or false", "true where the status is 201", "Takes an Idempotency-Key: the same call twice is done once"),
        Flag("if_match", "Takes If-Match; only with handler"),
        new("refuses", "list of 400 to 599", "none", "Further statuses that it may answer, for the documents"),
    ]);

    public static readonly KeyGroup OperationEvents = new("OperationEvents", DomainFile, "operations.{operation}.events", "an operation's events",
    [
        new("on", "pattern or list", "none", "The events that call it: * is one word, ** any number; own events also without {module}.") { Aliases = ["subscribe"] },
        new("publish_on_success", "event", "none", "An event of this module whose payload is the output; the operation appends it in its own transaction") { Aliases = ["publish"] },
    ]);
}
