namespace Buildify.Specs.Reference;

/// <summary>Every kind of mistake that the compiler tells. A code, once given, keeps its meaning.</summary>
internal static partial class SpecErrors
{
    public static readonly SpecError UnknownPermission = new(
        "BSPEC025", "An undeclared permission",
        "Permissions are granted by the names in manifest.json; one that is not declared there can never be granted. Declare it"
        + " under permissions.");

    public static readonly SpecError NoWayIn = new(
        "BSPEC026", "An operation without a way in",
        "Nothing can call the operation. Give it rest, events or task, or say internal: true where only other modules call it.");

    public static readonly SpecError BodyNotAllowed = new(
        "BSPEC027", "A body where HTTP has none",
        "GET and DELETE carry no body. Take params for what they need, or POST.");

    public static readonly SpecError BadPath = new(
        "BSPEC028", "Not a path",
        "A path starts with '/', has no '/' at its end, and its segments are a-z, 0-9, '_', '-', '.' or one {parameter}.");

    public static readonly SpecError UnknownParameter = new(
        "BSPEC029", "A parameter that is not declared",
        "Every {placeholder} of a path, and every parameter that a grain's key is made of, stands under params with its type.");

    public static readonly SpecError BadParameter = new(
        "BSPEC030", "A parameter that cannot be sent so",
        "Parameters stand in a URL: they are scalars and enums, and those in the path are always there.");

    public static readonly SpecError SameRoute = new(
        "BSPEC031", "Two operations of one route",
        "Method and path are the same, whatever the placeholders are called: one of them would never be reached.");

    public static readonly SpecError BadRest = new(
        "BSPEC032", "A route that contradicts itself",
        "The status, idempotency or If-Match does not fit the method or the output.");

    public static readonly SpecError UnknownEvent = new(
        "BSPEC033", "An unknown event",
        "The module declares no such event. The message names the nearest; events are declared in spec/events.yaml.");

    public static readonly SpecError BadPattern = new(
        "BSPEC034", "Not a pattern of events",
        "A pattern is dotted words; '*' stands for one of them, '**' for any number.");

    public static readonly SpecError UnknownTask = new(
        "BSPEC035", "An unknown task",
        "The module declares no such task. The message names the nearest; tasks are declared in spec/tasks.yaml.");

    public static readonly SpecError PayloadMismatch = new(
        "BSPEC036", "A payload that does not fit the operation",
        "An event is published with the operation's output, and a task gives its payload to the operation as its input: the "
        + "types are the same.");

    public static readonly SpecError MissingContracts = new(
        "BSPEC037", "No contracts of a consumed module",
        "The module's specs are read from its contracts, which the project does not reference. Add the reference that the message shows.");

    public static readonly SpecError BrokenContracts = new(
        "BSPEC038", "Contracts that do not compile",
        "The consumed module's own specs have errors. Build that module to see them.");

    public static readonly SpecError UnknownConsumed = new(
        "BSPEC039", "Something consumed that is not offered",
        "The consumed module has no such domain or operation. The message names the nearest.");

    public static readonly SpecError ConsumesItself = new(
        "BSPEC040", "A module that consumes itself",
        "Inside a module its grains are called directly; a client of oneself is a detour.");

    public static readonly SpecError UnusedContracts = new(
        "BSPEC049", "Contracts that are referenced and not consumed",
        "What a module calls of others stands in spec/manifest.yaml, so that everybody sees it. Consume an operation, or take the reference "
        + "out of the project.");

    public static readonly SpecError BrokenOperation = new(
        "BSPEC041", "A released operation changed",
        "Callers of the released version would fail. Keep the operation as it was and add another, or raise the version by its "
        + "first part (of 0.x, by its second).");

    public static readonly SpecError BrokenParameter = new(
        "BSPEC042", "A released parameter changed",
        "Callers of the released version would be refused. Add new parameters as optional, or raise the version.");

    public static readonly SpecError BrokenField = new(
        "BSPEC043", "A released field changed",
        "What callers of the released version send would be refused, or what they read would be missing. Add new fields as "
        + "optional ones, or raise the version.");

    public static readonly SpecError MovedField = new(
        "BSPEC044", "A released field moved",
        "A field is stored under its position in its model: what is stored would be read as another field. Write new fields "
        + "last, or raise the version.");

    public static readonly SpecError BrokenEnum = new(
        "BSPEC045", "A released value is gone",
        "Callers send the value, and stored records have it. Keep it, or raise the version.");

    public static readonly SpecError BrokenEvent = new(
        "BSPEC046", "A released event changed",
        "Subscribers of other modules wait for it as it was. Publish another beside it, or raise the version.");

    public static readonly SpecError BrokenTask = new(
        "BSPEC047", "A released task changed",
        "Tasks of the released version still wait in the queue. Keep it beside the new one, or raise the version.");

    public static readonly SpecError BrokenRelease = new(
        "BSPEC048", "A released spec that does not compile",
        "What stands in spec/released was changed by hand, or is older than the compiler's rules. Restore it, or write it anew "
        + "with buildify release.");
}
