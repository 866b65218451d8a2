using Buildify.Modules;
using Buildify.Testing.Postgres;

namespace Buildify.Databases;

public sealed class TenantPurgeTests : IAsyncLifetime
{
    // A chain, a table that refers to itself, a circle that is not deferrable, ON DELETE RESTRICT, a partitioned table.
    private const string Graph = """
        CREATE TABLE notes_book (tenant_id text NOT NULL, id int, PRIMARY KEY (tenant_id, id));
        CREATE TABLE notes_a_page (tenant_id text NOT NULL, id int, book int NOT NULL, before int, PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, book) REFERENCES notes_book ON DELETE RESTRICT, FOREIGN KEY (tenant_id, before) REFERENCES notes_a_page);
        ALTER TABLE notes_book ADD cover int, ADD FOREIGN KEY (tenant_id, cover) REFERENCES notes_a_page (tenant_id, id);
        CREATE TABLE notes_day (tenant_id text NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
        CREATE TABLE notes_day_2026 PARTITION OF notes_day FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE TABLE notes_colour (name text);
        COMMENT ON TABLE notes_colour IS 'shared by tenants: the colours there are';
        """;

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Purging_deletes_the_tenant_s_rows_in_every_table_and_nobody_else_s()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(Graph);
        foreach (var tenant in new[] { "acme", "bolt" }) await Fill(host, tenant);

        (await host.Tables.PurgeTenant("notes", "acme")).ShouldBe(4);

        (await Count()).ShouldBe(0);
        (await Count("bolt")).ShouldBe(4);
        (await _database.QueryAsync<long>("SELECT count(*) FROM notes_colour")).ShouldBe(2);
        (await host.Tables.PurgeTenant("notes", "acme")).ShouldBe(0);

        async Task<long> Count(string tenant = "acme") => await _database.QueryAsync<long>(
            """
            SELECT (SELECT count(*) FROM notes_book WHERE tenant_id = $1) + (SELECT count(*) FROM notes_a_page WHERE tenant_id = $1)
                 + (SELECT count(*) FROM notes_day WHERE tenant_id = $1)
            """, tenant);
    }

    [Fact]
    public async Task A_module_without_tables_has_nothing_to_purge()
    {
        await using var host = ModuleHost.On(_database);

        (await host.Tables.PurgeTenant("notes", "acme")).ShouldBe(0);
    }

    private static async Task Fill(ModuleHost host, string tenant)
    {
        await using var session = await host.Begin(tenant);
        await session.Execute("INSERT INTO notes_book VALUES (@tenant, 1)", new { tenant });
        await session.Execute("INSERT INTO notes_a_page VALUES (@tenant, 1, 1, NULL), (@tenant, 2, 1, 1)", new { tenant });
        await session.Execute("UPDATE notes_book SET cover = 2; INSERT INTO notes_colour VALUES ('red')");
        await session.Execute("INSERT INTO notes_day VALUES (@tenant, '2026-05-05')", new { tenant });
        await session.Commit();
    }
}

[Collection(nameof(Platform))]
public sealed class PurgedInstallationTests(PlatformFixture platform)
{
    [Fact]
    public async Task Purging_an_installation_deletes_the_tenant_s_rows()
    {
        await using var host = ModuleHost.On(platform.Platform.Database);
        var module = await platform.NewModule();
        await host.Prepare(module, "1.0.0", $"CREATE TABLE \"{module.Replace('-', '_')}_row\" (tenant_id text NOT NULL)");
        string[] tenants = [await platform.NewTenant(), await platform.NewTenant()];
        foreach (var tenant in tenants)
        {
            (await platform.TurnOn(tenant, module)).Failure.ShouldBeNull();
            await using var session = await host.Begin(tenant, module);
            await session.Execute($"INSERT INTO {module.Replace('-', '_')}_row VALUES (@tenant)", new { tenant });
            await session.Commit();
        }
        var installation = platform.Installation(tenants[0], module);
        (await installation.TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();

        var purged = (await installation.Purge(module, PlatformFixture.Caller)).Value!.Installation;

        purged.State.ShouldBe(InstallationState.Done);
        purged.Steps.Select(step => step.Name).ShouldBe([$"forget-data:{module}", $"forget-companies:{module}", $"forget-tenant:{module}"]);
        (await platform.Platform.Database.QueryAsync<string>($"SELECT string_agg(tenant_id, ',') FROM {module.Replace('-', '_')}_row")).ShouldBe(tenants[1]);
    }
}
