namespace Buildify.Specs.Reference;

/// <summary>One file that is wrong in one way.</summary>
/// <param name="Marked">The text, with <c>»</c> before the place where it is told.</param>
internal sealed record Mistake(SpecError Error, string File, string Marked)
{
    public string Text => Marked.Replace("»", "", StringComparison.Ordinal);

    /// <summary>As <c>spec/models.yaml(3,5)</c>.</summary>
    public string Place
    {
        get
        {
            var before = Marked[..Marked.IndexOf('»', StringComparison.Ordinal)];
            return $"{File}({before.Count(c => c == '\n') + 1},{before.Length - before.LastIndexOf('\n')})";
        }
    }
}

/// <summary>At least one mistake of each code.</summary>
internal static partial class Mistakes
{
    private const string Models = "spec/models.yaml";
    private const string Events = "spec/events.yaml";
    private const string Tasks = "spec/tasks.yaml";
    private const string Things = "spec/things.yaml";
    private const string Consumes = "spec/manifest.yaml";
    private const string Manifest = "manifest.json";

    public static IEnumerable<Mistake> All => [.. Files, .. Types, .. Operations];

    /// <summary>Those that no single file provokes; ReleasedTests and ConsumesTests do.</summary>
    public static IEnumerable<SpecError> ElsewhereTested =>
    [
        SpecErrors.MissingManifest, SpecErrors.BrokenContracts, SpecErrors.UnknownConsumed,
        SpecErrors.BrokenOperation, SpecErrors.BrokenParameter, SpecErrors.BrokenField, SpecErrors.MovedField, SpecErrors.BrokenEnum,
        SpecErrors.BrokenEvent, SpecErrors.BrokenTask, SpecErrors.BrokenRelease, SpecErrors.UnusedContracts,
    ];

    /// <summary>A valid module with models, an event and a task, for what needs them.</summary>
    public static SpecFolder Base(SpecFolder folder) => folder.Models("""
        enums:
          State: [draft, issued]
        models:
          Thing:
            fields:
              id: { type: uuid, read_only: true }
              name: string
              secret: { type: string?, write_only: true }
            views: { Create: {}, Read: {}, Update: {} }
          Other: { fields: { size: int } }
        """).Write(Events, """
        events:
          thing.made: { payload: ThingRead }
        """).Write(Tasks, """
        tasks:
          make: { payload: ThingCreate }
        """);

    private static IEnumerable<Mistake> Files =>
    [
        new(SpecErrors.NotYaml, Models, "models:\n  Thing: [\n»"),
        new(SpecErrors.NotYaml, Models, "models:\n  Thing: {}\n»\tOther: {}\n"),
        new(SpecErrors.NotJson, Manifest, "{ \"name\": \"financial\",\n»}"),
        new(SpecErrors.NotJson, Manifest, "»"),
        new(SpecErrors.NotJson, Manifest, "{ \"name\": »\"\\ud800\" }"),
        new(SpecErrors.YamlFeature, Models, "models:\n  Thing: &t { fields: {} }\n  Second: »*t\n"),
        new(SpecErrors.YamlFeature, Models, "models:\n  Thing: »!secret {}\n"),
        new(SpecErrors.YamlFeature, Models, "models: {}\n»---\nmodels: {}\n"),
        new(SpecErrors.DuplicateKey, Models, "models:\n  Thing: {}\n  »Thing: {}\n"),
        new(SpecErrors.DuplicateKey, Models, "models: { Line: { fields: { a: int }, »fields: {} } }"),
        new(SpecErrors.DuplicateKey, Models, "models: { Line: { fields: { a: { type: int, min: 3, »ge: 3 } } } }"),
        new(SpecErrors.DuplicateKey, Manifest, """{ "name": "a", "display_name": "Ä", "version": "1.0.0", »"name": "b" }"""),
        new(SpecErrors.UnknownKey, Models, "»modells: {}"),
        new(SpecErrors.UnknownKey, Manifest, "{ \"name\": \"a\", \"display_name\": \"Ä\", \"version\": \"1.0.0\",\n  »\"verzion\": 1 }"),
        new(SpecErrors.MissingKey, Manifest, """»{ "name": "a", "version": "1.0.0" }"""),
        new(SpecErrors.MissingKey, Models, "models: { Line: { fields: { »a: { min: 1 } } } }"),
        new(SpecErrors.MissingKey, Things, "»operations: {}"),
        new(SpecErrors.MissingKey, Things, "»# nothing yet\n"),
        new(SpecErrors.WrongKind, Models, "models: »[Thing]"),
        new(SpecErrors.WrongKind, Models, "»- models"),
        new(SpecErrors.WrongKind, Things, "{ domain: things, ? »[a] : 1 }"),
        new(SpecErrors.WrongKind, Things, "domain: »[things]"),
        new(SpecErrors.BadValue, Tasks, "tasks: { make: { payload: Other, timeout: »10 weeks } }"),
        new(SpecErrors.BadValue, Tasks, "tasks: { make: { payload: Other, max_attempts: »0 } }"),
        new(SpecErrors.BadValue, Events, "events: { thing.made: { payload: Other, retention: »5h } }"),
        new(SpecErrors.BadValue, Events, "events: { thing.made: { payload: Other, external: »\"true\" } }"),
        new(SpecErrors.BadVersion, Manifest, """{ "name": "a", "display_name": "A", "version": »"1.0" }"""),
        new(SpecErrors.BadName, Manifest, """{ "name": »"A b", "display_name": "A", "version": "1.0.0" }"""),
        new(SpecErrors.BadName, Manifest, """{ "name": »"2go", "display_name": "A", "version": "1.0.0" }"""),
        new(SpecErrors.BadName, Events, "events: { »Thing.Made: { payload: Other } }"),
        new(SpecErrors.DuplicateName, Events, "events: { thing.made: { payload: Other }, »financial.thing.made: { payload: Other } }"),
        new(SpecErrors.ReservedName, Manifest, """{ "name": »"orleans", "display_name": "A", "version": "1.0.0" }"""),
        new(SpecErrors.BadPath, Manifest, """{ "name": "a", "display_name": "A", "version": "1.0.0", "backend": { "api_prefix": »"api" } }"""),
    ];
}
