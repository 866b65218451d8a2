using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Postgres;

public sealed class ViewTests : IAsyncLifetime
{
    private const string Tier = """
        "configuration": {"currency": "EUR"}, "enabled_features": ["a"], "disabled_features": [], "version": "1.2.0", "revision": 3,
        "created_at": "2026-01-02T03:04:05.000000Z", "updated_at": "2026-01-03T03:04:05+00:00", "updated_by": "ada"
        """;

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Tenants_and_their_modules_are_listed()
    {
        await Store("tenant", "tenant:acme", $$"""
            {"id": "acme", "display_name": "Acme", "owner_email": "ada@acme.example", "state": "active",
             "created_at": "2026-01-02T03:04:05.000000Z", "modules": {"financial": {"enabled": true, {{Tier}} }, "crm": {"enabled": false, {{Tier}} } } }
            """);
        await Store("tenant", "tenant:bare", """{"id": "bare", "state": "suspended", "modules": null}""");

        (await _database.RowsAsync("SELECT tenant_id, id, display_name, owner_email, state, is_active, version FROM tenants ORDER BY id"))
            .ShouldBe([["acme", "acme", "Acme", "ada@acme.example", "active", true, 1], ["bare", "bare", null, null, "suspended", false, 1]],
                Row);
        (await _database.RowsAsync("SELECT module_name, version, revision, configuration ->> 'currency', updated_by FROM tenant_modules WHERE tenant_id = 'acme' AND is_enabled = TRUE"))
            .ShouldHaveSingleItem().ShouldBe(["financial", "1.2.0", 3L, "EUR", "ada"]);
        (await _database.QueryAsync<DateTime>("SELECT created_at FROM tenants WHERE id = 'acme'")).ShouldBe(new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Companies_and_their_modules_are_listed_and_no_opinion_counts_as_enabled()
    {
        await Store("company", "acme/berlin", $$"""
            {"id": "berlin", "tenant": "acme", "display_name": "Acme Berlin", "country": "DE", "currency": "EUR", "state": "active",
             "created_at": "2026-01-02T03:04:05.000000Z",
             "modules": {"a": {"enabled": null, {{Tier}} }, "b": {"enabled": false, {{Tier}} }, "c": {"enabled": true, {{Tier}} }, "d": { {{Tier}} } } }
            """);

        (await _database.RowsAsync("SELECT id, company_id, tenant_id, display_name, country, currency, state, is_active FROM companies"))
            .ShouldHaveSingleItem().ShouldBe(["berlin", "berlin", "acme", "Acme Berlin", "DE", "EUR", "active", true]);
        (await _database.RowsAsync(
            "SELECT tenant_id, company_id, module_name, is_enabled, customized_by_user_id FROM company_modules ORDER BY module_name"))
            .ShouldBe([["acme", "berlin", "a", true, "ada"], ["acme", "berlin", "b", false, "ada"], ["acme", "berlin", "c", true, "ada"],
                ["acme", "berlin", "d", true, "ada"]], Row);
    }

    [Fact]
    public async Task Modules_and_installations_are_listed()
    {
        await Store("module", "module:financial", """
            {"name": "financial", "version": "1.0.0", "state": "failed", "source": "folder", "manifest": {"display_name": "Finance"},
             "error": "no such table", "registered_at": "2026-01-02T03:04:05.000000Z", "registered_by": "system"}
            """);
        await Store("installation", "acme/financial", """
            {"tenant": "acme", "module": "financial", "operation": "op-1", "action": "enable", "state": "running", "steps": [{"name": "migrate"}],
             "started_at": "2026-01-02T03:04:05.000000Z", "finished_at": null, "error": null}
            """);

        (await _database.RowsAsync("SELECT name, display_name, version, state, source, error FROM modules"))
            .ShouldHaveSingleItem().ShouldBe(["financial", "Finance", "1.0.0", "failed", "folder", "no such table"]);
        (await _database.RowsAsync("SELECT tenant_id, module_name, operation, action, state, error, finished_at FROM installations"))
            .ShouldHaveSingleItem().ShouldBe(["acme", "financial", "op-1", "enable", "running", null, null]);
    }

    [Fact]
    public async Task A_cleared_document_is_in_no_list()
    {
        await Store("tenant", "tenant:acme", """{"id": "acme", "state": "active", "modules": {}}""");
        await _database.ExecuteAsync("UPDATE grain_state SET payload = NULL");

        (await _database.QueryAsync<long>("SELECT count(*) FROM tenants")).ShouldBe(0);
    }

    [Fact]
    public async Task With_many_rows_the_lists_are_read_by_index()
    {
        await _database.ExecuteAsync("""
            INSERT INTO grain_state (service_id, kind, n0, n1, key, version, payload)
            SELECT 'buildify', kind, 0, 0, key, 1, payload FROM (
                SELECT 'tenant' AS kind, 'tenant:t' || n AS key,
                       '{"state": "active", "modules": {"financial": {"enabled": true}}}'::jsonb AS payload FROM generate_series(1, 20000) AS n
                UNION ALL
                SELECT 'company', 't' || n % 2000 || '/c' || n, '{"state": "active", "modules": {}}' FROM generate_series(1, 40000) AS n
                UNION ALL
                SELECT 'installation', 't' || n || '/financial', jsonb_build_object('state', CASE WHEN n % 5000 = 0 THEN 'running' ELSE 'done' END)
                FROM generate_series(1, 20000) AS n) AS rows
            """);
        await _database.ExecuteAsync("ANALYZE grain_state");

        await ShouldUse("grain_state_tenant", "SELECT * FROM tenant_modules WHERE tenant_id = 't77' AND is_enabled = TRUE");
        await ShouldUse("grain_state_tenant", "SELECT * FROM tenants WHERE id > 't77' ORDER BY id LIMIT 50");
        await ShouldUse("grain_state_tenant", "SELECT * FROM tenants WHERE tenant_id = 't77'");
        await ShouldUse("grain_state_company", "SELECT * FROM companies WHERE tenant_id = 't77' AND id > 'c1' ORDER BY id LIMIT 50");
        await ShouldUse("grain_state_company", "SELECT * FROM company_modules WHERE tenant_id = 't77' AND company_id = 'c77'");
        await ShouldUse("grain_state_installation", "SELECT * FROM installations WHERE tenant_id = 't77' AND module_name = 'financial'");
        await ShouldUse("grain_state_running", "SELECT * FROM installations WHERE state = 'running'");
    }

    [Fact]
    public async Task A_write_that_leaves_state_alone_touches_no_index()
    {
        await Store("tenant", "tenant:acme", """{"id": "acme", "state": "active", "modules": {}}""");
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var version = 1; version <= 5; version++)
        {
            await using var write = new NpgsqlCommand(
                "SELECT write_grain_state('buildify', 'tenant', 0, 0, 'tenant:acme', $1, $2::text::jsonb)", connection)
            {
                Parameters = { new() { Value = version }, new() { Value = $$"""{"state": "active", "modules": {"m{{version}}": {} } }""" } },
            };
            (await write.ExecuteScalarAsync()).ShouldBe(version + 1);
        }

        // PostgreSQL calls an update that needed no index entry "heap-only".
        await using var counters = new NpgsqlCommand("SELECT pg_stat_get_xact_tuples_hot_updated('grain_state'::regclass)", connection);
        (await counters.ExecuteScalarAsync()).ShouldBe(5L);
    }

    private async Task ShouldUse(string index, string query)
    {
        var plan = string.Join('\n', (await _database.RowsAsync("EXPLAIN " + query)).Select(row => (string)row[0]!));
        plan.ShouldContain(index, customMessage: query);
        plan.ShouldNotContain("Sort", customMessage: query);
        plan.ShouldNotContain("Seq Scan on grain_state", customMessage: query);
    }

    private async Task Store(string kind, string key, string document) =>
        (await _database.QueryAsync<int>("SELECT write_grain_state('buildify', $1, 0, 0, $2, NULL, $3::text::jsonb)", kind, key, document))
            .ShouldBe(1);

    private static IEqualityComparer<object?[]> Row { get; } = EqualityComparer<object?[]>.Create((one, other) => one!.SequenceEqual(other!));
}
