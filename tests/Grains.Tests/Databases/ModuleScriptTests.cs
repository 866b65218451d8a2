using System.Runtime.CompilerServices;
using Buildify.Silo.Modules;
using Buildify.Silo.Postgres;
using Buildify.Testing.Postgres;

namespace Buildify.Databases;

public sealed class ModuleScriptTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private ModuleHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        _host = ModuleHost.On(_database);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("CREATE TABLE note (tenant_id text NOT NULL)", "public.note must be called notes_…")]
    [InlineData("CREATE TABLE notes_note (id int)", "public.notes_note has no column \"tenant_id text NOT NULL\"")]
    [InlineData("CREATE TABLE notes_note (tenant_id text)", "public.notes_note has no column \"tenant_id text NOT NULL\"")]
    [InlineData("CREATE TABLE notes_note (tenant_id varchar(40) NOT NULL)", "public.notes_note has no column \"tenant_id text NOT NULL\"")]
    [InlineData("CREATE TABLE notes_note (id int); COMMENT ON TABLE notes_note IS 'shared by tenants: '", "public.notes_note has no column")]
    [InlineData("CREATE MATERIALIZED VIEW notes_sum AS SELECT 1 AS one", "public.notes_sum is a materialized view")]
    [InlineData("CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS 'SELECT $1'", "must be called notes_…")]
    [InlineData(ModuleHost.Notes + "; GRANT SELECT ON notes_note TO PUBLIC", "public.notes_note is granted to PUBLIC")]
    [InlineData(ModuleHost.Notes + "; GRANT SELECT (body) ON notes_note TO PUBLIC", "public.notes_note is granted to PUBLIC")]
    [InlineData(ModuleHost.Notes + "; CREATE POLICY all_of_it ON notes_note USING (true)", "the policy all_of_it of public.notes_note lets a tenant see more")]
    public async Task A_script_whose_tables_are_not_guarded_is_refused_and_leaves_nothing(string script, string reason)
    {
        var error = await Should.ThrowAsync<MigrationException>(() => _host.PrepareNotes(script));

        error.Message.ShouldStartWith("Migration notes/0001_script.sql is refused; nothing of it was kept.");
        error.Message.ShouldContain(reason);
        (await _database.QueryAsync<long>("SELECT count(*) FROM pg_class WHERE relname IN ('note', 'notes_note', 'notes_sum')")).ShouldBe(0);
        (await Should.ThrowAsync<ModuleUnavailableException>(() => _host.Begin("acme"))).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("SET ROLE postgres")]
    [InlineData("set  local\n role none")]
    [InlineData("RESET ROLE")]
    [InlineData("RESET ALL")]
    [InlineData("SET SESSION AUTHORIZATION DEFAULT")]
    [InlineData("SELECT set_config('role', 'postgres', true)")]
    [InlineData("DO $$ BEGIN RESET ROLE; END $$")]
    [InlineData("BEGIN")]
    [InlineData("COMMIT")]
    [InlineData("rollback")]
    [InlineData("END")]
    [InlineData("SAVEPOINT here")]
    public async Task A_script_that_would_leave_its_role_or_its_transaction_is_refused_with_the_line(string statement)
    {
        var error = await Should.ThrowAsync<MigrationException>(() => _host.PrepareNotes($"SELECT 1;\n{statement};"));

        error.Message.ShouldStartWith("Migration notes/0001_script.sql is refused at line 2;");
    }

    [Theory]
    [InlineData("UPDATE notes_note SET role = 'x'")]
    [InlineData("CREATE FUNCTION notes_f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$")]
    [InlineData("ALTER TABLE notes_note ALTER role SET DEFAULT 'x'")]
    public void What_only_looks_like_it_is_not_refused(string statement) => ScriptRefusal.Of(new SqlStatement(statement, 1)).ShouldBeNull();

    [Fact]
    public async Task A_script_can_do_nothing_to_the_platform_s_tables_nor_to_another_module_s()
    {
        await _host.Prepare("other", "1.0.0", "CREATE TABLE other_thing (tenant_id text NOT NULL)");

        foreach (var script in new[] { "DROP TABLE other_thing", "SELECT * FROM grain_state", "ALTER TABLE module_databases ADD x int", "CREATE SCHEMA notes" })
            (await Should.ThrowAsync<MigrationException>(() => _host.PrepareNotes(script))).Message.ShouldContain("42501");
    }

    [Fact]
    public async Task The_page_s_example_is_a_script_that_works()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "modules", "README.md"));
        await _host.PrepareNotes(page.Split("```sql")[1].Split("```")[0]);

        await using (var session = await _host.Begin("acme"))
        {
            await session.Execute("INSERT INTO notes_note (id, body) VALUES (@id, @body)", new { id = Guid.NewGuid(), body = "of whose session it is" });
            await session.Commit();
        }

        (await _database.QueryAsync<string>("SELECT tenant_id FROM notes_note")).ShouldBe("acme");
    }

    [Fact]
    public async Task A_script_changed_after_it_was_applied_stops_the_module()
    {
        await _host.PrepareNotes(ModuleHost.Notes);

        var error = await Should.ThrowAsync<MigrationException>(() => _host.PrepareNotes(ModuleHost.Notes + " "));

        error.Message.ShouldContain("notes/0001_script.sql was changed after it was applied");
    }

    [Fact]
    public async Task A_version_a_major_step_before_the_tables_is_refused_and_one_within_the_step_is_not()
    {
        await _host.Prepare("notes", "1.4.0", ModuleHost.Notes);
        await _host.Prepare("notes", "2.1.0", ModuleHost.Notes, "ALTER TABLE notes_note ADD colour text");

        await _host.Prepare("notes", "2.0.0", ModuleHost.Notes);
        var error = await Should.ThrowAsync<MigrationException>(() => _host.Prepare("notes", "1.9.0", ModuleHost.Notes));

        error.Message.ShouldBe("The tables of 'notes' were made by its version 2.1.0, a major step ahead of this one, 1.9.0. Start 2.1.0 or a later one again.");
    }

    [Fact]
    public async Task A_major_version_without_scripts_of_its_own_can_be_rolled_back()
    {
        await _host.Prepare("notes", "1.0.0", ModuleHost.Notes);
        await _host.Prepare("notes", "2.0.0", ModuleHost.Notes);

        await _host.Prepare("notes", "1.0.0", ModuleHost.Notes);
    }

    [Fact]
    public async Task A_guard_that_a_script_takes_away_is_put_back()
    {
        await _host.PrepareNotes(
            ModuleHost.Notes,
            "ALTER TABLE notes_note NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY; DROP POLICY tenant ON notes_note",
            "ALTER POLICY tenant ON notes_note USING (true) WITH CHECK (true)");
        await _host.Write("acme", "of acme");

        (await _host.Read("bolt")).ShouldBeEmpty();
        (await _database.QueryAsync<bool>("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'notes_note'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_later_script_leaves_guarded_tables_alone()
    {
        await _host.PrepareNotes(ModuleHost.Notes, "CREATE VIEW notes_view AS SELECT body FROM notes_note");
        var before = await Versions();

        await _host.PrepareNotes(
            ModuleHost.Notes, "CREATE VIEW notes_view AS SELECT body FROM notes_note",
            "CREATE TABLE notes_more (tenant_id text NOT NULL, id serial); CREATE FUNCTION notes_f() RETURNS int LANGUAGE sql AS 'SELECT 1'");

        (await Versions()).ShouldBe(before);

        // A row of the catalogue that is written anew, if only with the same, has another xmin.
        async Task<string> Versions() => (await _database.QueryAsync<string>(
            """
            SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM (
                SELECT oid, xmin FROM pg_class WHERE relname IN ('notes_note', 'notes_view', 'notes_note_id_seq')
                UNION ALL SELECT oid, xmin FROM pg_policy WHERE polrelid = 'notes_note'::regclass) AS row
            """))!;
    }

    [Fact]
    public async Task The_module_s_own_functions_and_sequences_are_its_role_s()
    {
        await _host.PrepareNotes("CREATE SEQUENCE notes_number; CREATE FUNCTION notes_next() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('notes_number') $$");

        await using var session = await _host.Begin("acme");
        (await session.QuerySingleOrDefault<long>("SELECT notes_next()")).ShouldBe(1);
    }

    [Fact]
    public async Task A_module_without_scripts_gets_no_roles()
    {
        await _host.PrepareNotes();

        (await _database.QueryAsync<long>("SELECT count(*) FROM module_databases")).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_to_do_takes_no_lock()
    {
        await _host.PrepareNotes(ModuleHost.Notes);
        await using var holder = await _database.Source.OpenConnectionAsync();
        await using var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(7121501911)", holder);
        await hold.ExecuteNonQueryAsync();

        await using var another = ModuleHost.On(_database);
        await another.PrepareNotes(ModuleHost.Notes).WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
