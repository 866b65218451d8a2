namespace Buildify.Specs.Reference;

/// <summary>Every kind of mistake that the compiler tells. A code, once given, keeps its meaning.</summary>
internal static partial class SpecErrors
{
    public static readonly SpecError NotYaml = new(
        "BSPEC001", "Not YAML",
        "The file cannot be read as YAML from this place on. Look for a tab, an unclosed quote or bracket, or an indentation "
        + "that does not fit.");

    public static readonly SpecError NotJson = new(
        "BSPEC002", "Not JSON",
        "manifest.json cannot be read as JSON from this place on. Look for a comma too many or too few, a comment, or a single quote.");

    public static readonly SpecError YamlFeature = new(
        "BSPEC003", "A feature of YAML that specs do without",
        "Anchors, aliases, tags and a second document in one file make a spec harder to read than it need be. Write the value out.");

    public static readonly SpecError DuplicateKey = new(
        "BSPEC004", "A key written twice",
        "The same key stands twice in one map, or under two of its spellings. Keep one of them.");

    public static readonly SpecError UnknownKey = new(
        "BSPEC005", "An unknown key",
        "No such key exists at this place; the message names the nearest that does. The tables of this page have them all.");

    public static readonly SpecError MissingKey = new(
        "BSPEC006", "A key is missing",
        "A key without a default was left out. Write it.");

    public static readonly SpecError WrongKind = new(
        "BSPEC007", "A value of another kind",
        "A text stands where a map or a list should, or the other way round. The tables of this page say what each key takes.");

    public static readonly SpecError BadValue = new(
        "BSPEC008", "A value that is not allowed",
        "The value is of the right kind and out of its bounds, or none of the words that are allowed here.");

    public static readonly SpecError PlatformOnly = new(
        "BSPEC009", "Only for the platform's own specs",
        "A module's grains, handlers and accesses are generated from its specs; what this key says is for the platform's own "
        + "API alone. Leave it out.");

    public static readonly SpecError MissingManifest = new(
        "BSPEC010", "No manifest.json",
        "A module is a folder with a manifest.json. Write one with name, display_name and version.");

    public static readonly SpecError BadVersion = new(
        "BSPEC011", "Not a semantic version",
        "Versions are written as 1.2.3, because what may change between two of them hangs on their parts (https://semver.org).");

    public static readonly SpecError BadName = new(
        "BSPEC012", "A name that is not written as it should be",
        "Models, enums and views are written as InvoiceLine; domains, fields, operations and parameters as invoice_line; events"
        + " and tasks as invoice.created. C#, JSON and TypeScript names are made from them.");

    public static readonly SpecError ReservedName = new(
        "BSPEC013", "A name that is taken",
        "The name belongs to C#, to .NET or to the platform, and code with a second one would not compile or would mislead. "
        + "Take another, as the message suggests.");

    public static readonly SpecError MemberNamedAsType = new(
        "BSPEC014", "A member named as its type",
        "C# has no type with a member of its own name (CS0542). Rename the field or the model.");

    public static readonly SpecError DuplicateName = new(
        "BSPEC015", "A name given twice",
        "Two things that share a space of names are called the same, or their C# names are. Rename one.");

    public static readonly SpecError UnknownType = new(
        "BSPEC016", "An unknown type",
        "The type is no scalar, and no model, view or enum of this module. The message names the nearest.");

    public static readonly SpecError ForeignType = new(
        "BSPEC017", "Another module's type",
        "A module's types are its own: another's may change without it. Write a model with the fields that are needed, and fill"
        + " it from what the client answers.");

    public static readonly SpecError BadType = new(
        "BSPEC018", "Not a type",
        "A type is a scalar, a name, list[type], map[type] or type[], each with ? behind it where it is optional.");

    public static readonly SpecError BadConstraint = new(
        "BSPEC019", "A constraint that cannot hold",
        "The bound does not apply to the type, contradicts another, or the pattern is no regular expression.");

    public static readonly SpecError BadDefault = new(
        "BSPEC020", "A default that does not fit",
        "The default is not of the field's type, or out of its bounds: whoever leaves the field out would send something invalid.");

    public static readonly SpecError RequiredCycle = new(
        "BSPEC021", "A record that needs itself",
        "Each of these records has a required field of the next: none can ever be made. Make one field optional, or a list.");

    public static readonly SpecError UnknownField = new(
        "BSPEC022", "An unknown field",
        "The model has no such field. The message names the nearest.");

    public static readonly SpecError BadView = new(
        "BSPEC023", "A view that contradicts itself",
        "A field is named by two lists of the view that exclude each other, the view has no fields, or it is a view of a type "
        + "that exists already.");

    public static readonly SpecError WrongDirection = new(
        "BSPEC024", "A field in the wrong direction",
        "A read-only field would be taken from a caller, or a write-only one be told to one. Take the model's Create or Read "
        + "view, or write a view that leaves it out.");
}
