using Buildify.Silo.Modules;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Databases;

public sealed class RowSecurityTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private ModuleHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        _host = ModuleHost.On(_database);
        await _host.PrepareNotes(
            ModuleHost.Notes,
            """
            CREATE VIEW notes_long AS SELECT tenant_id, body FROM notes_note WHERE length(body) > 3;
            CREATE TABLE notes_day (tenant_id text COLLATE "C" NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
            CREATE TABLE notes_day_2026 PARTITION OF notes_day FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE TABLE notes_colour (name text PRIMARY KEY);
            COMMENT ON TABLE notes_colour IS 'shared by tenants: the colours there are';
            """);
        await _host.Write("acme", "of acme");
        await _host.Write("bolt", "of bolt");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_tenant_sees_its_own_rows_through_a_table_and_a_view()
    {
        (await _host.Read("acme")).ShouldBe(["of acme"]);
        (await _host.Read("bolt")).ShouldBe(["of bolt"]);
        (await _host.Read("nobody")).ShouldBeEmpty();

        await using var session = await _host.Begin("acme");
        (await session.Query<string>("SELECT body FROM notes_long")).ShouldBe(["of acme"]);
    }

    [Fact]
    public async Task A_tenant_s_session_changes_and_deletes_nothing_of_another_s()
    {
        await using var session = await _host.Begin("acme");

        (await session.Execute("UPDATE notes_note SET body = 'seen' WHERE tenant_id = 'bolt'")).ShouldBe(0);
        (await session.Execute("DELETE FROM notes_note WHERE tenant_id = 'bolt'")).ShouldBe(0);
        (await session.Execute("DELETE FROM notes_note")).ShouldBe(1);
        await session.Commit();

        (await _host.Read("bolt")).ShouldBe(["of bolt"]);
    }

    [Theory]
    [InlineData("INSERT INTO notes_note (tenant_id, body) VALUES ('bolt', 'forged')")]
    [InlineData("UPDATE notes_note SET tenant_id = 'bolt'")]
    [InlineData("INSERT INTO notes_day VALUES ('bolt', '2026-05-05')")]
    [InlineData("INSERT INTO notes_day_2026 VALUES ('bolt', '2026-05-05')")]
    public async Task A_tenant_s_session_writes_no_row_of_another_s(string statement)
    {
        await using var session = await _host.Begin("acme");

        (await Should.ThrowAsync<PostgresException>(() => session.Execute(statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_partition_asked_directly_is_guarded_as_its_table_is()
    {
        await using (var session = await _host.Begin("bolt"))
        {
            await session.Execute("INSERT INTO notes_day VALUES ('bolt', '2026-05-05')");
            await session.Commit();
        }

        await using var other = await _host.Begin("acme");
        (await other.Query<string>("SELECT tenant_id FROM notes_day_2026")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_tenant_or_with_an_empty_one_there_are_no_rows()
    {
        var source = await _host.Databases.Find("notes", CancellationToken.None);
        await using var connection = await source.OpenConnectionAsync();

        (await Count(connection)).ShouldBe(0);
        await using (var set = new NpgsqlCommand("SELECT set_config('buildify.tenant', '', false)", connection)) await set.ExecuteNonQueryAsync();
        (await Count(connection)).ShouldBe(0);
        await using var insert = new NpgsqlCommand("INSERT INTO notes_note (tenant_id, body) VALUES ('', 'nobody''s')", connection);
        await Should.ThrowAsync<PostgresException>(() => insert.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_connection_forgets_the_tenant_with_the_transaction()
    {
        await using var session = await _host.Begin("acme");
        await session.Commit();

        (await Count(session.Connection)).ShouldBe(0);
    }

    [Fact]
    public async Task The_owner_of_the_tables_sees_no_more_than_a_tenant()
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var become = new NpgsqlCommand($"SET ROLE \"{RoleNames.Owner(_database.Name, "notes")}\"", connection);
        await become.ExecuteNonQueryAsync();

        (await Count(connection)).ShouldBe(0);
        await using var tenant = new NpgsqlCommand("SELECT set_config('buildify.tenant', 'acme', false)", connection);
        await tenant.ExecuteNonQueryAsync();
        (await Count(connection)).ShouldBe(1);
    }

    [Fact]
    public async Task A_table_shared_by_tenants_is_every_tenant_s()
    {
        await using (var session = await _host.Begin("acme"))
        {
            await session.Execute("INSERT INTO notes_colour VALUES ('red')");
            await session.Commit();
        }

        await using var other = await _host.Begin("bolt");
        (await other.Query<string>("SELECT name FROM notes_colour")).ShouldBe(["red"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("acme/berlin")]
    [InlineData("'; DROP TABLE notes_note; --")]
    public async Task What_is_no_tenant_s_id_begins_nothing(string tenant) =>
        await Should.ThrowAsync<ArgumentException>(() => _host.Begin(tenant));

    [Fact]
    public async Task A_session_that_is_not_committed_leaves_nothing()
    {
        await using (var session = await _host.Begin("acme")) await session.Execute("INSERT INTO notes_note (tenant_id, body) VALUES ('acme', 'gone')");

        (await _host.Read("acme")).ShouldBe(["of acme"]);
    }

    [Fact]
    public async Task A_row_falls_on_a_record()
    {
        await using var session = await _host.Begin("acme");
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

        var row = await session.QuerySingleOrDefault<Row>("SELECT tenant_id, @at AS created_at FROM notes_note", new { at });

        row.ShouldBe(new Row("acme", at.ToUniversalTime()));
    }

    private static async Task<long> Count(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM notes_note", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed record Row(string TenantId, DateTimeOffset CreatedAt);
}
