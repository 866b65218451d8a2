using Buildify.Silo.Modules;
using Buildify.Silo.Tasks;
using Buildify.Tasks;
using Buildify.Testing.Cluster;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Buildify.Databases;

/// <summary>Tasks that commit with a module's own writes, in the platform's database and in one of the module's own.</summary>
public sealed class ModuleTaskTests : IAsyncLifetime
{
    private const string Enqueue = "SELECT enqueue_task('core.echo', payload => '{\"a\": 1}', unique_key => @key)";

    private PostgresDatabase _database = null!;
    private PostgresDatabase _own = null!;

    public async Task InitializeAsync()
    {
        _database = await TaskSql.Create();
        _own = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _own.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task In_the_platform_s_database_a_task_is_there_with_the_module_s_commit_and_not_without_it()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);

        await using (var session = await host.Begin("acme"))
        {
            await session.QuerySingleOrDefault<Guid>(Enqueue, new { key = (string?)null });
        }
        (await Tasks()).ShouldBeEmpty();

        var ids = new List<Guid>();
        // Often: which partition it is to be is drawn by lot.
        for (var i = 0; i < 20; i++) ids.Add(await Commit(host));
        (await Tasks()).ShouldBe(ids, ignoreOrder: true);
        (await _database.QueryAsync<string>("SELECT DISTINCT tenant FROM tasks")).ShouldBe("acme");
    }

    [Fact]
    public async Task A_module_enqueues_for_no_tenant_but_its_session_s()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await using var session = await host.Begin("acme");

        var error = await Should.ThrowAsync<PostgresException>(() => session.Execute("SELECT enqueue_task('core.echo', tenant => 'bolt')"));

        error.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_role_that_was_made_before_may_call_the_functions_after_the_next_start()
    {
        await using (var before = ModuleHost.On(_database)) await before.PrepareNotes(ModuleHost.Notes);
        var role = RoleNames.Runtime(_database.Name, "notes");
        await _database.ExecuteAsync($"REVOKE EXECUTE ON FUNCTION complete_task(uuid, int, json), find_completion(uuid) FROM \"{role}\"");

        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);

        await using var session = await host.Begin("acme");
        await session.Execute("SELECT complete_task(gen_random_uuid(), 1, '{}')");
    }

    [Fact]
    public async Task What_is_to_run_after_the_commit_runs_then_and_its_failure_is_nobody_s()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        var ran = new List<string>();
        await using (var session = await host.Begin("acme"))
        {
            session.AfterCommit(() => Add("never"));
        }
        await using (var session = await host.Begin("acme"))
        {
            session.AfterCommit(() => throw new InvalidOperationException("a poke was lost"));
            session.AfterCommit(() => Add("second"));
            ran.ShouldBeEmpty();
            await session.Commit();
        }

        ran.ShouldBe(["second"]);

        Task Add(string what)
        {
            ran.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task From_a_module_s_own_database_tasks_are_moved_in_order_and_once()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (relay, place) = Relay(host, platform.Grains);
        await relay.Count(place, CancellationToken.None);
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++) ids.Add(await Commit(host));
        (await Tasks()).ShouldBeEmpty();

        (await relay.Count(place, CancellationToken.None)).ShouldBe(5);

        (await Tasks()).ShouldBe(ids, ignoreOrder: true);
        (await _own.QueryAsync<long>("SELECT count(*) FROM task_outbox")).ShouldBe(0);
        (await relay.Count(place, CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_relay_that_dies_between_taking_in_and_deleting_leaves_no_second_task_even_where_the_first_has_ended()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (relay, place) = Relay(host, platform.Grains);
        await relay.Count(place, CancellationToken.None);
        var (plain, unique) = (await Commit(host), await Commit(host, "one"));
        relay.Between = async module =>
        {
            await _own.ExecuteAsync($"SELECT pg_terminate_backend({module.ProcessID})");
        };

        await Should.ThrowAsync<NpgsqlException>(() => relay.Count(place, CancellationToken.None));

        (await Tasks()).ShouldBe([plain, unique], ignoreOrder: true);
        (await _own.QueryAsync<long>("SELECT count(*) FROM task_outbox")).ShouldBe(2);
        await _database.ExecuteAsync("DELETE FROM tasks WHERE id = $1", plain);
        relay.Between = null;
        (await relay.Count(place, CancellationToken.None)).ShouldBe(2);
        (await Tasks()).ShouldBe([unique]);
        (await _own.QueryAsync<long>("SELECT count(*) FROM task_outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task A_unique_key_that_is_held_lets_no_second_task_through()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (relay, place) = Relay(host, platform.Grains);
        await relay.Count(place, CancellationToken.None);
        var first = await Commit(host, "one");
        (await Commit(host, "one")).ShouldBe(first);
        await relay.Count(place, CancellationToken.None);

        await Commit(host, "one");
        (await relay.Count(place, CancellationToken.None)).ShouldBe(1);

        (await Tasks()).ShouldBe([first]);
    }

    [Fact]
    public async Task In_its_own_database_a_module_reads_no_other_tenant_s_outbox()
    {
        await using var host = await Separate();
        await using var session = await host.Begin("acme");

        var error = await Should.ThrowAsync<PostgresException>(() => session.Execute("SELECT * FROM task_outbox"));

        error.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private static (TaskOutbox Relay, ModulePlace Place) Relay(ModuleHost host, IGrainFactory grains)
    {
        var places = host.Services.GetRequiredService<ModulePlaces>();
        var relay = new TaskOutbox(host.Services.GetRequiredService<NpgsqlDataSource>(), grains);
        return (relay, places.Separate.ShouldHaveSingleItem());
    }

    private static async Task<Guid> Commit(ModuleHost host, string? key = null)
    {
        await using var session = await host.Begin("acme");
        var id = await session.QuerySingleOrDefault<Guid>(Enqueue, new { key });
        await session.Commit();
        return id;
    }

    private async Task<ModuleHost> Separate()
    {
        var host = ModuleHost.On(_database, ("Modules:notes:Database:ConnectionString", _own.ConnectionString));
        await host.Prepare("notes", "1.0.0", separate: true, ModuleHost.Notes);
        return host;
    }

    private async Task<List<Guid>> Tasks() => [.. (await _database.RowsAsync("SELECT id FROM tasks ORDER BY id")).Select(row => (Guid)row[0]!)];
}
