using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

public class OperationsTests
{
    private const string Models = "models: { Thing: { fields: { id: { type: uuid, read_only: true }, name: string } } }";

    [Theory]
    [InlineData("{ rest: {} }", "GET 204 query")]
    [InlineData("{ output: ThingRead, rest: {} }", "GET 200 query")]
    [InlineData("{ input: ThingCreate, rest: {} }", "POST 204")]
    [InlineData("{ input: ThingCreate, output: ThingRead, rest: {} }", "POST 201 idempotent")]
    [InlineData("{ input: ThingCreate, output: ThingRead, rest: { method: PUT } }", "PUT 200")]
    [InlineData("{ output: ThingRead, rest: { method: POST, idempotent: true } }", "POST 200 idempotent")]
    [InlineData("{ input: ThingCreate, output: ThingRead, rest: { idempotent: false } }", "POST 201")]
    [InlineData("{ rest: { method: DELETE } }", "DELETE 204")]
    public void A_route_has_the_usual_defaults(string written, string read)
    {
        var operation = Operation(written);

        $"{operation.Rest!.Method} {operation.Rest.Status}{(operation.Rest.Idempotent ? " idempotent" : "")}{(operation.IsQuery ? " query" : "")}".ShouldBe(read);
    }

    [Fact]
    public void A_parameter_is_in_the_path_where_the_path_or_the_prefix_names_it()
    {
        using var folder = new SpecFolder().Domain("""
            domain: things
            config: { grain: { key: shelf }, rest: { prefix: "/shelves/{shelf}" } }
            operations:
              get_thing:
                params: [ { name: shelf }, { name: id, type: uuid, in: path }, { name: deep, type: bool, default: false } ]
                rest: { path: "/{id}" }
            """);

        var domain = folder.Module().Domains.Single();
        (domain.Key, domain.KeyParameter).ShouldBe((GrainKeyKind.Parameter, "shelf"));
        domain.Operations.Single().Parameters.Select(p => $"{p.Field.Name} {p.Source} {p.Field.Default}").ShouldBe(["shelf Path ", "id Path ", "deep Query false"]);
    }

    [Fact]
    public void An_enum_of_a_parameter_is_called_after_the_operation()
    {
        using var folder = new SpecFolder().Domain("domain: things\noperations:\n  sort_things: { params: [ { name: order, type: enum, values: [up, down] } ], rest: {} }");

        folder.Module().Enums.Single().Name.ShouldBe("SortThingsOrder");
    }

    [Theory]
    [InlineData("other.thing.made", "other.thing.made")]
    [InlineData("[other.*, \"**\"]", "other.* **")]
    [InlineData("thing.made", "financial.thing.made")]
    [InlineData("financial.thing.made", "financial.thing.made")]
    [InlineData("\"financial.*.made\"", "financial.*.made")]
    [InlineData("\"financial.**\"", "financial.**")]
    public void Events_are_named_in_full_or_by_pattern_and_own_ones_in_short(string written, string read) =>
        string.Join(' ', Operation($"{{ events: {{ on: {written} }} }}").OnEvents).ShouldBe(read);

    [Fact]
    public void One_operation_has_any_number_of_ways_in()
    {
        var operation = Operation("{ input: ThingCreate, output: ThingRead, rest: {}, task: [make], events: { on: other.thing.made, publish: thing.made } }");

        operation.Task.ShouldBe("financial.make");
        operation.OnEvents.ShouldBe(["other.thing.made"]);
        operation.Publishes.ShouldBe("financial.thing.made");
        operation.Rest.ShouldNotBeNull();
    }

    [Fact]
    public void Events_and_tasks_have_their_defaults_and_units()
    {
        using var folder = new SpecFolder().Models(Models).Write("spec/events.yaml", """
            events:
              user_registered: { message: ThingRead, publish: true }
              financial.thing.gone: { payload: ThingRead, version: 2, ordering_key: id, retention: 48h, external: true }
            """).Write("spec/tasks.yaml", """
            tasks:
              one: { payload: ThingCreate }
              two: { payload: ThingCreate, result: "list[ThingRead]", queue: mail, max_attempts: 8, timeout: 5m, rate_limit: 100, concurrency: 4 }
            """);

        var module = folder.Module();

        module.Events.Select(e => $"{e.Name} {e.Version} {e.OrderingKey} {e.RetentionDays} {e.External}").ShouldBe(
            ["financial.user_registered 1   False", "financial.thing.gone 2 id 2 True"]);
        module.Tasks.Select(t => $"{t.Name} {t.Queue} {t.MaxAttempts} {t.TimeoutSeconds} {t.RateLimit} {t.Concurrency}").ShouldBe(
            ["financial.one default 5   ", "financial.two mail 8 300 100 4"]);
    }

    [Fact]
    public void The_platform_s_own_operations_say_who_answers_and_who_may_call()
    {
        using var folder = new SpecFolder("core").Models("models: { Company: { csharp: Buildify.Companies.Company } }").Domain("""
            domain: companies
            config: { grain: { key: tenant } }
            operations:
              list_companies: { output: list[Company], rest: { path: /companies }, permission: core.read, access: platform_administrator }
              add_company: { input: Company, output: Company, accepted: Company, rest: {} }
              show_company: { output: Company, rest: { path: /one, if_match: true }, handler: Buildify.Companies.Routes.Show, access: public }
            """.Replace("list[Company]", "\"list[Company]\""));

        var module = folder.Module(isPlatform: true);

        module.Records.Single().CSharp.ShouldBe("Buildify.Companies.Company");
        var operations = module.Domains.Single().Operations;
        operations[0].Access.ShouldBe(Access.PlatformAdministrator);
        operations[1].Accepted.ShouldBe(new RecordType("Company"));
        operations[2].Handler.ShouldBe("Buildify.Companies.Routes.Show");
        operations[2].Rest!.IfMatch.ShouldBeTrue();
    }

    private static OperationSpec Operation(string written)
    {
        using var folder = new SpecFolder().Models(Models).Write("spec/events.yaml", "events: { thing.made: { payload: ThingRead } }")
            .Write("spec/tasks.yaml", "tasks: { make: { payload: ThingCreate } }").Domain($"domain: things\noperations:\n  do_it: {written}");
        return folder.Module().Domains.Single().Operations.Single();
    }
}
