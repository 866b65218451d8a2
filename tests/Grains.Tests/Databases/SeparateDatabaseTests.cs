using System.Text.Json;
using Buildify.Idempotency;
using Buildify.Silo.Postgres;
using Buildify.Testing.Cluster;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Databases;

public sealed class SeparateDatabaseTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private PostgresDatabase _own = null!;

    public async Task InitializeAsync()
    {
        var server = await PostgresServer.Shared;
        _database = await server.CreateDatabaseAsync();
        _own = await server.CreateEmptyDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _own.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_module_with_a_database_of_its_own_has_its_tables_and_keys_there()
    {
        (string, string)[] settings = [("Modules:notes:Database:ConnectionString", _own.ConnectionString)];
        await using var host = ModuleHost.On(_database, settings);
        await host.Prepare("notes", "1.0.0", separate: true, ModuleHost.Notes);
        await using var platform = await PlatformCluster.Launch(database: _database, settings: settings);
        var grain = platform.Grains.GetGrain<IIdempotencyGrain>(GrainKeys.Idempotency("acme", "ada", "key-1"));
        var first = await grain.Begin("fingerprint", "notes");
        first.Verdict.ShouldBe(IdempotencyVerdict.Proceed);

        await using (var session = await host.Begin("acme"))
        {
            await session.Execute("INSERT INTO notes_note (tenant_id, body) VALUES ('acme', 'far away')");
            await session.Commit(new IdempotencyStamp(GrainKeys.IdempotencyScope("acme", "ada"), "key-1", "fingerprint", 201), "made");
        }
        await grain.End(first.Claim);

        var again = await grain.Begin("fingerprint", "notes");
        again.Verdict.ShouldBe(IdempotencyVerdict.Replay);
        JsonSerializer.Deserialize<string>(again.Response!.Value.Text, BuildifyJson.Options).ShouldBe("made");
        (await grain.Begin("another request", "notes")).Verdict.ShouldBe(IdempotencyVerdict.Mismatch);
        (await _own.QueryAsync<long>("SELECT count(*) FROM notes_note")).ShouldBe(1);
        (await _own.QueryAsync<long>("SELECT count(*) FROM idempotency_keys")).ShouldBe(1);
        (await _database.QueryAsync<long>("SELECT count(*) FROM idempotency_keys")).ShouldBe(0);
        (await _database.QueryAsync<string>("SELECT to_regclass('notes_note')::text")).ShouldBeNull();
        (await host.Read("bolt")).ShouldBeEmpty();
        (await host.Tables.PurgeTenant("notes", "acme")).ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_made_once_by_silos_that_start_together()
    {
        var name = _own.Name + "_made";
        var keywords = new NpgsqlConnectionStringBuilder(_own.ConnectionString) { Database = name }.ConnectionString;
        var hosts = Enumerable.Range(0, 3).Select(_ => ModuleHost.On(_database, ("Modules:notes:Database:ConnectionString", keywords))).ToList();
        try
        {
            await Task.WhenAll(hosts.Select(host => host.PrepareNotes(ModuleHost.Notes)));

            await hosts[0].Write("acme", "of acme");
            (await hosts[1].Read("acme")).ShouldBe(["of acme"]);
        }
        finally
        {
            foreach (var host in hosts) await host.DisposeAsync();
            await _database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task Who_may_not_make_the_database_is_told_what_to_run()
    {
        var user = _own.Name + "_poor";
        await _own.ExecuteAsync($"CREATE ROLE {user} LOGIN PASSWORD 'secret'");
        var keywords = new NpgsqlConnectionStringBuilder(_own.ConnectionString) { Database = "not_there", Username = user, Password = "secret" };
        await using var host = ModuleHost.On(_database, ("Modules:notes:Database:ConnectionString", keywords.ConnectionString));

        var error = await Should.ThrowAsync<MigrationException>(() => host.PrepareNotes(ModuleHost.Notes));

        error.Message.ShouldContain($"CREATE DATABASE \"not_there\" OWNER \"{user}\"");
        error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_manifest_that_asks_for_one_without_a_connection_string_fails_the_module_and_says_what_to_set()
    {
        await using var host = ModuleHost.On(_database);

        var error = await Should.ThrowAsync<MigrationException>(() => host.Prepare("notes", "1.0.0", separate: true, ModuleHost.Notes));

        error.Message.ShouldContain("Modules__notes__Database__ConnectionString");
    }

    [Fact]
    public async Task The_setting_goes_before_the_manifest()
    {
        await using var host = ModuleHost.On(_database, ("Modules:notes:Database:Strategy", "shared"));

        await host.Prepare("notes", "1.0.0", separate: true, ModuleHost.Notes);

        (await _database.QueryAsync<string>("SELECT to_regclass('notes_note')::text")).ShouldBe("notes_note");
    }
}
