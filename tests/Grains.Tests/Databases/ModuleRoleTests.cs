using Buildify.Silo.Modules;
using Buildify.Silo.Postgres;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Databases;

public sealed class ModuleRoleTests : IAsyncLifetime
{
    private const string Other = "CREATE TABLE other_thing (tenant_id text NOT NULL, id int); CREATE VIEW other_view AS SELECT id FROM other_thing;"
        + "CREATE FUNCTION other_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM other_thing'";

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_module_s_role_has_no_right_on_what_is_not_the_module_s()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await host.Prepare("other", "1.0.0", Other);
        foreach (var role in new[] { RoleNames.Runtime(_database.Name, "notes"), RoleNames.Owner(_database.Name, "notes") })
        {
            var reachable = await _database.RowsAsync(
                """
                SELECT c.relname::text FROM pg_class AS c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT starts_with(c.relname, 'notes_')
                  AND has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                UNION ALL
                SELECT c.relname::text FROM pg_class AS c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND NOT starts_with(c.relname, 'notes_')
                  AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege($1, c.oid, 'USAGE, SELECT, UPDATE') END
                UNION ALL
                SELECT p.proname::text FROM pg_proc AS p
                WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege($1, p.oid, 'EXECUTE')
                  AND p.proname NOT IN ('record_idempotency', 'enqueue_task', 'complete_task', 'find_completion', 'append_event', 'record_event')
                """, role);

            reachable.Select(row => row[0]).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("SELECT * FROM other_thing")]
    [InlineData("SELECT * FROM other_view")]
    [InlineData("SELECT other_count()")]
    [InlineData("INSERT INTO other_thing VALUES ('acme', 1)")]
    [InlineData("SELECT * FROM module_databases")]
    [InlineData("SELECT * FROM grain_state")]
    [InlineData("SELECT * FROM tenants")]
    [InlineData("SELECT * FROM idempotency_keys")]
    [InlineData("SELECT write_grain_state('buildify', 'tenant', 0, 0, 'tenant:acme', NULL, '{}')")]
    [InlineData("CREATE TABLE notes_more (id int)")]
    [InlineData("ALTER TABLE notes_note DISABLE ROW LEVEL SECURITY")]
    [InlineData("TRUNCATE notes_note")]
    public async Task What_is_not_the_module_s_is_refused(string statement)
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await host.Prepare("other", "1.0.0", Other);
        await using var session = await host.Begin("acme");

        (await Should.ThrowAsync<PostgresException>(() => session.Execute(statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_module_s_role_becomes_nobody_else()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await using var session = await host.Begin("acme");

        await Should.ThrowAsync<PostgresException>(() => session.Execute($"SET ROLE \"{RoleNames.Owner(_database.Name, "notes")}\""));
        (await _database.RowsAsync(
                "SELECT rolname::text FROM pg_roles WHERE starts_with(rolname, $1) AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication)",
                _database.Name + "_"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Silos_that_start_together_make_a_module_s_roles_and_tables_once()
    {
        var hosts = Enumerable.Range(0, 6).Select(_ => ModuleHost.On(_database)).ToList();

        await Task.WhenAll(hosts.Select(host => host.PrepareNotes(ModuleHost.Notes)));

        await hosts[0].Write("acme", "once");
        foreach (var host in hosts) (await host.Read("acme")).ShouldBe(["once"]);
        foreach (var host in hosts) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_silo_that_prepared_nothing_finds_what_another_has_prepared()
    {
        await using var one = ModuleHost.On(_database);
        await using var another = ModuleHost.On(_database);
        (await Should.ThrowAsync<ModuleUnavailableException>(() => another.Begin("acme"))).Message.ShouldContain("'notes' has no tables");

        await one.PrepareNotes(ModuleHost.Notes);
        await another.Write("acme", "found");

        (await one.Read("acme")).ShouldBe(["found"]);
    }

    [Fact]
    public async Task Roles_that_are_gone_are_made_again()
    {
        await using (var host = ModuleHost.On(_database)) await host.PrepareNotes(ModuleHost.Notes);
        var runtime = RoleNames.Runtime(_database.Name, "notes");
        await _database.ExecuteAsync($"DROP OWNED BY \"{runtime}\"; DROP ROLE \"{runtime}\"");

        await using var again = ModuleHost.On(_database);
        await again.PrepareNotes(ModuleHost.Notes);

        await again.Write("acme", "still there");
    }

    [Fact]
    public async Task A_platform_that_may_make_roles_needs_no_superuser_and_one_that_may_not_is_told_what_to_grant()
    {
        await using var empty = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
        var platform = $"{empty.Name}_platform";
        await empty.ExecuteAsync($"CREATE ROLE {platform} LOGIN PASSWORD 'secret'; ALTER DATABASE {empty.Name} OWNER TO {platform}");
        var connection = new NpgsqlConnectionStringBuilder(empty.ConnectionString) { Username = platform, Password = "secret" }.ConnectionString;
        await using (var source = NpgsqlDataSource.Create(connection + ";Pooling=false"))
        {
            var migrator = new Migrator(source, NullLogger<Migrator>.Instance);
            await migrator.ApplyAsync(MigrationSet.Platform, CancellationToken.None);
            await migrator.ApplyAsync(MigrationSet.Modules, CancellationToken.None);
        }

        await using (var refused = new ModuleHost(connection))
        {
            var error = await Should.ThrowAsync<MigrationException>(() => refused.PrepareNotes(ModuleHost.Notes));
            error.Message.ShouldContain($"ALTER ROLE \"{platform}\" CREATEROLE");
            (await Should.ThrowAsync<ModuleUnavailableException>(() => refused.Begin("acme"))).Message.ShouldContain("CREATEROLE");
        }
        await empty.ExecuteAsync($"ALTER ROLE {platform} CREATEROLE");

        await using var host = new ModuleHost(connection);
        await host.PrepareNotes(ModuleHost.Notes);
        await host.Write("acme", "of acme");
        await host.Write("bolt", "of bolt");
        (await host.Read("acme")).ShouldBe(["of acme"]);
        (await host.Tables.PurgeTenant("notes", "acme")).ShouldBe(1);
        (await host.Read("bolt")).ShouldBe(["of bolt"]);
    }

    [Fact]
    public void Names_tell_databases_and_modules_apart_and_fit()
    {
        RoleNames.Runtime("buildify", "notes").ShouldBe("buildify_notes_run");
        RoleNames.Owner("buildify", "notes").ShouldBe("buildify_notes_owner");
        var (one, other) = (RoleNames.Owner(new string('d', 62) + "1", new string('m', 40)), RoleNames.Owner(new string('d', 62) + "2", new string('m', 40)));
        one.ShouldNotBe(other);
        one.Length.ShouldBeLessThanOrEqualTo(63);
    }

    // RFC 7677, 3: the example's password and salt; PostgreSQL says whether the rest is right when it lets a module in.
    [Fact]
    public void A_verifier_is_as_the_standard_s_example() =>
        ScramVerifier.For("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="))
            .ShouldBe("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}
