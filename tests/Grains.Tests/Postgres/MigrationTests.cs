using Buildify.Silo.Postgres;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Postgres;

public sealed class MigrationTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task The_platform_s_scripts_apply_once()
    {
        var first = await Apply(MigrationSet.Platform);
        var second = await Apply(MigrationSet.Platform);

        first.Applied.ShouldBe(MigrationSet.Platform.Migrations.Select(migration => migration.File));
        first.Applied.ShouldContain("0001_grain_state.sql");
        second.Applied.ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_that_start_together_apply_each_script_once()
    {
        var set = Set("together", "CREATE TABLE once (id int)", "CREATE TABLE twice (id int)");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Apply(set)));

        outcomes.Sum(outcome => outcome.Applied.Count).ShouldBe(2);
    }

    [Fact]
    public async Task A_later_script_is_added_to_what_was_applied()
    {
        await Apply(Set("grows", "CREATE TABLE a (id int)"));

        var outcome = await Apply(Set("grows", "CREATE TABLE a (id int)", "ALTER TABLE a ADD name text"));

        outcome.Applied.ShouldBe(["0002_script.sql"]);
    }

    [Fact]
    public async Task Two_owners_number_their_scripts_apart()
    {
        await Apply(Set("one", "CREATE TABLE of_one (id int)"));

        (await Apply(Set("other", "CREATE TABLE of_other (id int)"))).Applied.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_script_changed_after_it_was_applied_stops_the_start()
    {
        await Apply(Set("changed", "CREATE TABLE a (id int)"));

        var error = await Should.ThrowAsync<MigrationException>(Apply(Set("changed", "CREATE TABLE a (id bigint)")));

        error.Message.ShouldContain("changed/0001_script.sql was changed after it was applied");
    }

    [Fact]
    public async Task Line_ends_are_no_change()
    {
        await Apply(Set("lines", "CREATE TABLE a\n(id int)"));

        (await Apply(Set("lines", "CREATE TABLE a\r\n(id int)"))).Applied.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_script_numbered_before_an_applied_one_stops_the_start()
    {
        await Apply(new MigrationSet("order", [new Migration(2, "0002_b.sql", "SELECT 1")]));

        var error = await Should.ThrowAsync<MigrationException>(Apply(Set("order", "SELECT 1")));

        error.Message.ShouldContain("order/0001_script.sql has not been applied although 0002 has");
    }

    [Fact]
    public async Task A_failing_script_names_file_line_statement_and_error_and_leaves_nothing()
    {
        const string Script = """
            -- A semicolon in a comment; is no end.
            CREATE TABLE kept_back (name text DEFAULT 'it''s; fine', "odd;name" int);
            CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END $body$; /* nor /* here; */ ; */

            INSERT INTO kept_back (name)
            VALUES (E'\';'),
                   (no_such_column);
            SELECT 1
            """;

        var error = await Should.ThrowAsync<MigrationException>(Apply(Set("failing", "SELECT 1", Script)));

        error.Message.ShouldContain("failing/0002_script.sql failed at line 7");
        error.Message.ShouldContain("42703: column \"no_such_column\" does not exist");
        error.Message.ShouldContain("statement (line 5):\n    INSERT INTO kept_back (name)");
        (await _database.QueryAsync<string>("SELECT to_regclass('kept_back')::text")).ShouldBeNull();
        (await _database.QueryAsync<long>("SELECT count(*) FROM schema_migrations WHERE owner = 'failing'")).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_failing_script_the_mended_one_applies()
    {
        await Should.ThrowAsync<MigrationException>(Apply(Set("mended", "SELEKT 1")));

        (await Apply(Set("mended", "SELECT 1"))).Applied.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_migrated_by_a_newer_program_is_told_and_used()
    {
        await Apply(Set("newer", "SELECT 1", "SELECT 2", "SELECT 3"));

        (await Apply(Set("newer", "SELECT 1"))).Unknown.ShouldBe([2, 3]);
    }

    [Fact]
    public void Two_scripts_with_one_number_are_refused() =>
        Should.Throw<ArgumentException>(() => new MigrationSet("twice", [new(1, "0001_a.sql", ""), new(1, "0001_b.sql", "")]))
            .Message.ShouldContain("0001_a.sql, 0001_b.sql");

    private async Task<MigrationOutcome> Apply(MigrationSet set)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString + ";Pooling=false");
        return await new Migrator(source, NullLogger<Migrator>.Instance).ApplyAsync(set, CancellationToken.None);
    }

    private static MigrationSet Set(string name, params string[] scripts) =>
        new(name, scripts.Select((script, index) => new Migration(index + 1, $"{index + 1:0000}_script.sql", script)));
}
