using Buildify.Specs.Model;

namespace Buildify.Specs;

public class SeedTests
{
    [Fact]
    public void The_seed_s_users_compile_as_they_stand()
    {
        using var folder = Seed();

        var module = folder.Module();

        module.Records.Select(r => r.Name).ShouldBe(["UserCreate", "UserRead", "UserUpdate"]);
        var domain = module.Domains.ShouldHaveSingleItem();
        domain.Prefix.ShouldBe("/users");
        domain.Tags.ShouldBe(["users"]);
        domain.Key.ShouldBe(GrainKeyKind.Company);
        domain.Operations.Select(o => $"{o.Name} {o.Rest!.Method} {o.Rest.Path} {o.Rest.Status}").ShouldBe(
            ["create_user POST  201", "get_user GET /{user_id} 200", "list_users GET  200", "update_user PATCH /{user_id} 200", "delete_user DELETE /{user_id} 204"]);
        domain.Operations[2].Output.ShouldBe(new ListType(new RecordType("UserRead")));
        domain.Operations[1].Parameters.ShouldHaveSingleItem().Source.ShouldBe(ParameterSource.Path);
    }

    [Fact]
    public void What_the_platform_sets_is_in_no_input_and_in_every_answer()
    {
        using var folder = Seed();

        var records = folder.Module().Records.ToDictionary(r => r.Name);

        Names(records["UserCreate"]).ShouldBe(["telegram_id", "name", "age", "is_admin"]);
        Names(records["UserUpdate"]).ShouldBe(["telegram_id", "name", "age", "is_admin"]);
        Names(records["UserRead"]).ShouldBe(["id", "telegram_id", "name", "age", "is_admin", "created_at"]);
        records["UserCreate"].Fields.Select(f => f.Id).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void A_change_may_leave_everything_out_but_not_everything_at_once()
    {
        using var folder = Seed();

        var update = folder.Module().Records.Single(r => r.Name == "UserUpdate");

        update.Fields.ShouldAllBe(f => f.Optional && f.Default == null);
        update.AtLeastOne.ShouldBeTrue();
    }

    [Fact]
    public void Only_get_is_a_query_and_only_what_answers_201_is_idempotent()
    {
        using var folder = Seed();

        var operations = folder.Module().Domains[0].Operations;

        operations.Where(o => o.IsQuery).Select(o => o.Name).ShouldBe(["get_user", "list_users"]);
        operations.Where(o => o.Rest!.Idempotent).Select(o => o.Name).ShouldBe(["create_user"]);
    }

    private static IEnumerable<string> Names(RecordSpec record) => record.Fields.Select(f => f.Name);

    private static SpecFolder Seed() => new SpecFolder("backend").Models("""
        models:
          User:
            fields:
              id: { type: int, readonly: true }
              telegram_id: { type: int }
              name: { type: string, length: [1, 100] }
              age: { type: integer, ge: 0, le: 150, optional: true }
              is_admin: { type: boolean, default: false }
              created_at: { type: datetime, readonly: true }
            variants:
              Create: {}
              Update: { optional: [name] }
              Read: {}
        """).Write("spec/users.yaml", """
        domain: users
        config:
          rest:
            prefix: "/users"
            tags: ["users"]

        operations:
          create_user:
            input: UserCreate
            output: UserRead
            rest:
              method: POST
              path: ""
              status: 201

          get_user:
            output: UserRead
            params:
              - name: user_id
                type: int
            rest:
              method: GET
              path: "/{user_id}"

          list_users:
            output: list[UserRead]
            rest: { method: GET }

          update_user:
            input: UserUpdate
            output: UserRead
            params: [ { name: user_id, type: int } ]
            rest: { method: PATCH, path: "/{user_id}" }

          delete_user:
            params: [ { name: user_id, type: int } ]
            rest: { method: DELETE, path: "/{user_id}" }
        """);
}
