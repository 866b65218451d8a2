namespace Buildify.Specs.Reference;

internal static partial class SpecKeys
{
    private const string EventsFile = "spec/events.yaml";
    private const string TasksFile = "spec/tasks.yaml";

    private static SpecKey External => Flag("external", "May be sent over HTTP to who subscribed or polls");

    public static readonly KeyGroup Events = new("Events", EventsFile, "", "events.yaml",
    [
        new("events", "map of name to event", "none", "What the module tells; {module}. is put before each name that lacks it"),
    ]);

    public static readonly KeyGroup Event = new("Event", EventsFile, "events.{event}", "an event",
    [
        new("payload", "record", null, "What it carries") { Aliases = ["message"] },
        new("version", "1 or more", "1", "Of the payload's form"),
        new("ordering_key", "field of the payload", "the company", "Events of one value are delivered in order"),
        new("subject", "field of the payload", "the ordering key's", "Whose the payload's personal fields are: the log encrypts them, and forgets them with the person"),
        new("retention", "days, as 30d or 30", "the platform's setting", "How long the log keeps it"),
        External,
        Summary,
        new("publish", "true or false", "true", "Accepted and without effect: every declared event may be published"),
        new("subscribe", "true or false", "true", "Accepted and without effect: who subscribes says so in a domain"),
    ]);

    public static readonly KeyGroup Tasks = new("Tasks", TasksFile, "", "tasks.yaml",
    [
        new("tasks", "map of name to task", "none", "What the module does later; {module}. is put before each name that lacks it"),
    ]);

    public static readonly KeyGroup Task = new("Task", TasksFile, "tasks.{task}", "a task",
    [
        new("payload", "record", null, "What it is given") { Aliases = ["message"] },
        new("result", "type", "none", "What it answers"),
        new("queue", "name", "default", "The queue it waits in"),
        new("max_attempts", "1 to 100", "5", "How often it is tried"),
        new("timeout", "duration, as 30s, 5m, 2h or seconds", "the platform's setting", "How long one attempt may take"),
        new("rate_limit", "1 or more", "none", "Starts a second"),
        new("concurrency", "1 or more", "none", "How many run at once"),
        External,
        new("publishes_events", "true or false", "false", "Its end is told on the event bus: core.task.succeeded, core.task.dead"),
        Summary,
    ]);

    public static readonly KeyGroup ConsumesFile = new("Consumes", "spec/manifest.yaml", "", "spec/manifest.yaml",
    [
        new("consumes", "list", "none", "What of other modules this one calls"),
    ]);

    public static readonly KeyGroup Consume = new("Consume", "spec/manifest.yaml", "consumes[]", "what is consumed",
    [
        new("service", "module", null, "Whose operations they are; its contracts are referenced by the project"),
        new("domain", "domain", null, "Which of its domains"),
        new("operations", "list of operations", null, "What the client is generated with"),
    ]);
}
