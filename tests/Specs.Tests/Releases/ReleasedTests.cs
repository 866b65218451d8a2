using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

public class ReleasedTests
{
    private const string Models = """
        enums: { State: [draft, issued] }
        models:
          Thing:
            fields:
              id: { type: uuid, read_only: true }
              name: { type: string, max_length: 20 }
              note: string?
              state: { type: State, default: draft }
            views: { Create: {}, Read: {} }
          Job: { fields: { count: int } }
        """;

    private const string Events = "events: { thing.made: { payload: ThingRead } }";
    private const string Tasks = "tasks: { work: { payload: Job, result: ThingRead } }";

    private const string Things = """
        domain: things
        config: { rest: { prefix: /things } }
        operations:
          make_thing:
            params: [ { name: mode }, { name: depth, type: int?, max: 9 } ]
            input: ThingCreate
            output: ThingRead
            rest: { method: POST }
          get_thing:
            params: [ { name: id, type: uuid } ]
            output: ThingRead
            rest: { path: "/{id}" }
          work_thing:
            input: Job
            output: ThingRead
            task: work
        """;

    [Fact]
    public void What_did_not_change_breaks_nothing()
    {
        using var folder = Release();

        folder.Errors().ShouldBeEmpty();
    }

    [Fact]
    public void Optional_parameters_new_fields_at_the_end_and_wider_bounds_break_nothing()
    {
        using var folder = Release();
        folder.Models(Models.Replace("max_length: 20", "max_length: 30").Replace("default: draft }", "default: draft }\n      more: string?"))
            .Write("spec/things.yaml", Things.Replace("max: 9", "max: 10").Replace("{ name: mode },", "{ name: mode }, { name: added, optional: true },"));

        folder.Errors().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("BSPEC041", 1, "  get_thing:", "  fetch_thing:", "operation 'get_thing' is gone; give 'fetch_thing' its old name")]
    [InlineData("BSPEC041", 8, "method: POST", "method: PUT, status: 201", "is called by PUT and was released with POST")]
    [InlineData("BSPEC041", 12, "path: \"/{id}\"", "path: \"/one/{id}\"", "has the path /api/v1/financial/things/one/{id} and was released with /api/v1/financial/things/{id}")]
    [InlineData("BSPEC041", 8, "prefix: /things", "prefix: /stuff", "has the path /api/v1/financial/stuff")]
    [InlineData("BSPEC041", 8, "method: POST", "method: POST, status: 200", "answers 200 and was released with 201")]
    [InlineData("BSPEC041", 4, "    rest: { method: POST }", "    internal: true", "has no route any more")]
    [InlineData("BSPEC041", 4, "input: ThingCreate", "input: Job", "takes Job and was released with ThingCreate")]
    [InlineData("BSPEC042", 5, "{ name: mode },", "{ name: mode }, { name: added },", "parameter 'added' of 'make_thing' is new and required")]
    [InlineData("BSPEC042", 4, "{ name: mode },", "", "parameter 'mode' of 'make_thing' is gone")]
    [InlineData("BSPEC042", 5, "{ name: mode }", "{ name: mode, type: int }", "is int and was released as string")]
    [InlineData("BSPEC042", 5, "int?", "int", "is required and was released as optional")]
    [InlineData("BSPEC042", 5, "max: 9", "max: 8", "may be at most 8 and was released with 9")]
    public void A_changed_operation_breaks_its_callers(string code, int line, string before, string after, string message)
    {
        using var folder = Release();
        folder.Write("spec/things.yaml", Things.Replace(before, after));

        Told(folder, "spec/things.yaml", line, code, message);
    }

    [Theory]
    [InlineData("BSPEC043", 6, "max_length: 20", "max_length: 19", "may have at most length 19 and was released with 20")]
    [InlineData("BSPEC043", 6, "max_length: 20", "max_length: 20, pattern: \"[a-z]*\"", "must match '[a-z]*' and was released without a pattern")]
    [InlineData("BSPEC043", 6, "type: string, max_length: 20", "type: slug, max_length: 20", "is slug and was released as string")]
    [InlineData("BSPEC043", 6, "max_length: 20", "max_length: 20, optional: true", "field 'name' of 'ThingRead' is optional")]
    [InlineData("BSPEC043", 7, "note: string?", "note: string", "field 'note' of 'ThingCreate' is required and was released as optional")]
    [InlineData("BSPEC043", 9, "default: draft }", "default: draft }\n      more: string", "field 'more' of 'ThingCreate' is new and required")]
    [InlineData("BSPEC043", 8, "      note: string?\n", "", "field 'note' of 'ThingCreate' is gone")]
    [InlineData("BSPEC044", 8, "      note: string?\n", "      more: string?\n      note: string?\n", "field 'note' of 'Thing' is the 4th of its model and was released as the third")]
    [InlineData("BSPEC045", 1, "[draft, issued]", "[draft]", "value 'issued' of 'State' is gone")]
    public void A_changed_field_breaks_who_sends_or_reads_it(string code, int line, string before, string after, string message)
    {
        using var folder = Release();
        folder.Models(Models.Replace(before, after));

        Told(folder, "spec/models.yaml", line, code, message);
    }

    [Theory]
    [InlineData("BSPEC046", "spec/events.yaml", "events: { thing.made: { payload: ThingCreate } }", "carries ThingCreate and was released with ThingRead")]
    [InlineData("BSPEC046", "manifest.json", "", "event 'financial.thing.made' is gone")]
    public void A_changed_event_breaks_its_subscribers(string code, string file, string yaml, string message)
    {
        using var folder = Release();
        folder.Write("spec/events.yaml", yaml);

        Told(folder, file, 1, code, message);
    }

    [Theory]
    [InlineData("tasks: { work: { payload: Job }, other: { payload: Job } }", "task 'financial.work' answers nothing and was released with ThingRead")]
    [InlineData("tasks: { other: { payload: Job } }", "task 'financial.work' is gone")]
    public void A_changed_task_breaks_what_waits_in_the_queue(string yaml, string message)
    {
        using var folder = Release();
        folder.Write("spec/tasks.yaml", yaml).Write("spec/things.yaml", Things.Replace("task: work", "task: other"));

        Told(folder, "spec/tasks.yaml", 1, "BSPEC047", message);
    }

    [Theory]
    [InlineData("1.0.0", "1.9.0", "2.0.0")]
    [InlineData("1.4.2", "1.4.2", "2.0.0")]
    [InlineData("0.3.1", "0.3.9", "0.4.0")]
    public void The_way_out_is_the_next_version_that_may_break(string released, string now, string next)
    {
        using var folder = Release(released, now);
        folder.Write("spec/events.yaml", "");

        folder.Errors().ShouldHaveSingleItem().ShouldEndWith($"keep it, or raise the version in manifest.json to {next}");
    }

    [Theory]
    [InlineData("1.0.0", "2.0.0")]
    [InlineData("0.3.1", "0.4.0")]
    [InlineData("0.3.1", "1.0.0")]
    public void A_version_that_may_break_breaks(string released, string now)
    {
        using var folder = Release(released, now);
        folder.Write("spec/events.yaml", "").Write("spec/things.yaml", "domain: things").Models("").Write("spec/tasks.yaml", "");

        folder.Errors().ShouldBeEmpty();
    }

    [Fact]
    public void A_released_spec_that_does_not_compile_is_told_at_its_place()
    {
        using var folder = Release();
        folder.Write("spec/released/events.yaml", "events: { thing.made: { payload: ThingReed } }");

        folder.Errors().ShouldHaveSingleItem().ShouldStartWith($"spec/released/events.yaml(1,34): error {SpecErrors.BrokenRelease.Code}: the released specs do not compile: ");
    }

    [Fact]
    public void A_release_takes_the_place_of_the_one_before()
    {
        using var folder = Release();
        folder.Write("manifest.json", """{ "name": "financial", "display_name": "F", "version": "2.0.0" }""").Remove("spec/events.yaml");

        Released.Save(folder.Path);

        Directory.GetFiles(Path.Combine(folder.Path, "spec", "released")).Select(Path.GetFileName).Order().ShouldBe(["manifest.json", "models.yaml", "tasks.yaml", "things.yaml"]);
        folder.Errors().ShouldBeEmpty();
    }

    private static void Told(SpecFolder folder, string file, int line, string code, string message)
    {
        var errors = folder.Errors();
        errors.ShouldContain(
            e => e.StartsWith($"{file}({line},", StringComparison.Ordinal) && e.Contains($"error {code}: ", StringComparison.Ordinal)
                && e.Contains(message, StringComparison.Ordinal) && e.EndsWith(", or raise the version in manifest.json to 2.0.0", StringComparison.Ordinal),
            string.Join(" | ", errors));
    }

    private static SpecFolder Release(string released = "1.0.0", string now = "1.0.0")
    {
        var folder = new SpecFolder(version: released).Models(Models).Write("spec/events.yaml", Events).Write("spec/tasks.yaml", Tasks).Domain(Things);
        Released.Save(folder.Path);
        return folder.Write("manifest.json", $$"""{ "name": "financial", "display_name": "F", "version": "{{now}}" }""");
    }
}
