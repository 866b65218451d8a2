using System.Collections.Immutable;

namespace Buildify.Specs.Reference;

internal static partial class SpecKeys
{
    private const string ModelsFile = "spec/models.yaml";

    // What fields and parameters have in common.
    private static ImmutableArray<SpecKey> Value =>
    [
        new("values", "list of words", "none", "The values, with type: enum"),
        Summary,
        Flag("optional", "May be left out and be null; 'string?' is the same"),
        new("default", "as the type", "none", "What it is where it is left out; it may then not be null, whatever 'optional' says"),
        new("min", "number", "none", "The least value of a number") { Aliases = ["ge"] },
        new("max", "number", "none", "The greatest value of a number") { Aliases = ["le"] },
        new("min_length", "0 or more", "none", "The least count of characters of a string, or of items of a list or map"),
        new("max_length", "0 or more", "none", "The greatest count of them"),
        new("length", "n or [least, greatest]", "none", "Both at once; n means exactly n"),
        new("pattern", "regular expression", "none", "What the whole of a string has to match"),
    ];

    public static readonly KeyGroup Models = new("Models", ModelsFile, "", "models.yaml",
    [
        new("enums", "map of name to enum", "none", "Named sets of values"),
        new("models", "map of name to model", "none", "The types of what is sent, answered and stored"),
    ]);

    public static readonly KeyGroup Enum = new("Enum", ModelsFile, "enums.{Enum}", "an enum",
    [
        new("values", "list of words", null, "The values; a list instead of the whole map is the same"),
        Summary,
    ]);

    public static readonly KeyGroup Model = new("Model", ModelsFile, "models.{Model}", "a model",
    [
        Summary,
        new("fields", "map of name to field", "none", "Its fields; new ones go last, because a field is stored under its position"),
        new("views", "map of name to view", "none", "What of it is sent or answered: InvoiceCreate is view Create of Invoice. Create, Read and Update exist without being listed")
        {
            Aliases = ["variants"],
        },
        new("csharp", "full name of a type", "none", "A C# type that exists already and stands for the model") { PlatformOnly = true },
    ]);

    public static readonly KeyGroup Field = new("Field", ModelsFile, "models.{Model}.fields.{field}", "a field",
    [
        new("type", "type", null, "The type; a text instead of the whole map is the type alone"),
        new("of", "type", "none", "The type of the items, with type: list or type: map"),
        .. Value,
        Flag("read_only", "The platform sets it: left out of views Create… and Update…, and of views that are an input over REST", "readonly"),
        Flag("write_only", "Never told: left out of every view but Create…, Update… and those that are an input over REST", "writeonly"),
        Flag("personal", "Says something about a person, so that logs can forget it"),
    ]);

    public static readonly KeyGroup View = new("View", ModelsFile, "models.{Model}.views.{View}", "a view",
    [
        Summary,
        new("only", "list of fields", "all", "These and no others"),
        new("exclude", "list of fields", "none", "All but these"),
        new("include", "list of fields", "none", "Also these, which its kind of view would leave out"),
        new("optional", "list of fields", "as in the model; all in Update…", "May be left out"),
        new("required", "list of fields", "as in the model", "Must be given"),
        new("at_least_one", "true or false", "true in Update…", "A value with none of its fields is refused"),
    ]);
}
