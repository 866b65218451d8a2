using Buildify.Databases;
using Buildify.Silo.Events;
using Buildify.Silo.Modules;
using Buildify.Testing.Cluster;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Events;

/// <summary>Events that commit with a module's own writes, in the platform's database and in one of the module's own.</summary>
public sealed class ModuleEventTests : IAsyncLifetime
{
    private const string Append = "SELECT append_event('notes.note.written', payload => jsonb_build_object('n', @n), event_id => @id)";

    private PostgresDatabase _database = null!;
    private PostgresDatabase _own = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        _own = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _own.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task In_the_platform_s_database_an_event_is_there_with_the_module_s_commit_and_not_without_it()
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await using (var session = await host.Begin("acme")) await session.QuerySingleOrDefault<string>(Append, new { n = 1, id = (string?)null });
        (await Events()).ShouldBeEmpty();

        var id = await Commit(host, 1);
        (await Events()).ShouldBe([id]);
        (await _database.RowsAsync("SELECT tenant_id, event_source, position FROM events")).Single().ShouldBe(["acme", "notes", null]);
    }

    [Theory]
    [InlineData("SELECT append_event('notes.note.written', tenant => 'bolt')")]
    [InlineData("SELECT append_event('ledger.entry.posted')")]
    [InlineData("SELECT append_event('core.tenant.created')")]
    [InlineData("SELECT append_event('notesque.note.written')")]
    [InlineData("INSERT INTO events (tenant_id, event_type, payload) VALUES ('acme', 'notes.note.written', '{}')")]
    public async Task A_module_tells_of_its_session_s_tenant_and_under_its_own_name_alone(string sql)
    {
        await using var host = ModuleHost.On(_database);
        await host.PrepareNotes(ModuleHost.Notes);
        await using var session = await host.Begin("acme");
        (await Should.ThrowAsync<PostgresException>(() => session.Execute(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task From_a_module_s_own_database_events_are_moved_in_order_and_once()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (outbox, place) = Outbox(host, platform.Grains);
        var ids = new List<string>();
        for (var n = 0; n < 5; n++) ids.Add(await Commit(host, n));
        (await Commit(host, 5, "order-1")).ShouldBe("order-1");
        await Commit(host, 6, "order-1");
        (await Events()).ShouldBeEmpty();

        (await outbox.Count(place, CancellationToken.None)).ShouldBe(7);

        (await Events()).ShouldBe([.. ids, "order-1"]);
        (await _own.QueryAsync<long>("SELECT count(*) FROM event_outbox")).ShouldBe(0);
        (await outbox.Count(place, CancellationToken.None)).ShouldBe(0);
        await Commit(host, 7, "order-1");
        (await outbox.Count(place, CancellationToken.None)).ShouldBe(1);
        (await Events()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_relay_that_dies_between_taking_in_and_deleting_leaves_no_second_event()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (outbox, place) = Outbox(host, platform.Grains);
        var (made, given) = (await Commit(host, 1), await Commit(host, 2, "order-1"));
        outbox.Between = module => _own.ExecuteAsync($"SELECT pg_terminate_backend({module.ProcessID})");
        await Should.ThrowAsync<NpgsqlException>(() => outbox.Count(place, CancellationToken.None));
        (await Events()).ShouldBe([made, given]);

        outbox.Between = null;
        (await outbox.Count(place, CancellationToken.None)).ShouldBe(2);
        (await Events()).ShouldBe([made, given]);
        (await _own.QueryAsync<long>("SELECT count(*) FROM event_outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_the_log_refuses_is_set_aside_and_the_others_go_on()
    {
        await using var platform = await PlatformCluster.Launch(database: _database);
        await using var host = await Separate();
        var (outbox, place) = Outbox(host, platform.Grains);
        var first = await Commit(host, 1);
        await using (var session = await host.Begin("acme"))
        {
            await session.Execute("SELECT append_event('ledger.entry.posted')");
            await session.Commit();
        }
        var last = await Commit(host, 2);
        await _database.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.payload @> '{"n": 3}' THEN RAISE EXCEPTION 'no threes'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()
            """);
        await Commit(host, 3);
        var behind = await Commit(host, 4);

        (await outbox.Count(place, CancellationToken.None)).ShouldBe(5);

        (await Events()).ShouldBe([first, last, behind]);
        (await _own.RowsAsync("SELECT problem FROM event_outbox ORDER BY seq")).Select(row => row[0]).ShouldBe(["module notes cannot tell of ledger.entry.posted", "no threes"]);
        (await outbox.Count(place, CancellationToken.None)).ShouldBe(0);
    }

    private static (EventOutbox Outbox, ModulePlace Place) Outbox(ModuleHost host, IGrainFactory grains) => (
        new EventOutbox(host.Services.GetRequiredService<NpgsqlDataSource>(), grains, NullLogger<EventOutbox>.Instance),
        host.Services.GetRequiredService<ModulePlaces>().Separate.ShouldHaveSingleItem());

    private static async Task<string> Commit(ModuleHost host, int n, string? id = null)
    {
        await using var session = await host.Begin("acme");
        var written = await session.QuerySingleOrDefault<string>(Append, new { n, id });
        await session.Commit();
        return written!;
    }

    private async Task<ModuleHost> Separate()
    {
        var host = ModuleHost.On(_database, ("Modules:notes:Database:ConnectionString", _own.ConnectionString));
        await host.Prepare("notes", "1.0.0", separate: true, ModuleHost.Notes);
        return host;
    }

    private async Task<List<string>> Events() => [.. (await _database.RowsAsync("SELECT id FROM events ORDER BY seq")).Select(row => (string)row[0]!)];
}
