using System.Collections.Immutable;
using Buildify.Testing.Cluster;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>A silo with the log's owners. Each test has a tenant of its own.</summary>
public sealed class LogFixture : IAsyncLifetime
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private PlatformFixture _platform = null!;

    public PlatformCluster Platform { get; private set; } = null!;

    public NpgsqlDataSource Source => Platform.Database.Source;

    public async Task InitializeAsync()
    {
        Platform = await PlatformCluster.Launch();
        _platform = new PlatformFixture(Platform);
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    /// <summary>A tenant of which the log has nothing: that it was made is read, and taken out.</summary>
    /// <param name="partition">Null for any.</param>
    public async Task<string> NewTenant(int? partition = null)
    {
        var id = PlatformFixture.NewId("e");
        while (partition is not null && EventPlacement.Of(id) != partition) id = PlatformFixture.NewId("e");
        await _platform.NewTenant(id);
        await Log(id).Poke();
        await Read(id, 1);
        await Platform.Database.ExecuteAsync("DELETE FROM events WHERE tenant_id = $1", id);
        return id;
    }

    public IEventLogGrain Log(string tenant) => Platform.Grains.EventLog(EventPlacement.Of(tenant));

    public static NewEvent Event(string tenant, string payload = "{}", string? id = null, string type = "test.thing.happened") =>
        new(tenant, type, new JsonText(payload), id) { EventSource = "test" };

    public async Task<ImmutableArray<AppendedEvent>> Append(string tenant, params ImmutableArray<NewEvent> events)
    {
        var outcome = await Log(tenant).Append(events, stamp: null);
        outcome.Failure.ShouldBeNull();
        return outcome.Value;
    }

    /// <summary>Reads on from a position until so many events of the tenant's have come.</summary>
    public async Task<List<LoggedEvent>> Read(string tenant, int count, long after = 0)
    {
        var found = new List<LoggedEvent>();
        while (found.Count < count)
        {
            var slice = await Log(tenant).Read(after, 1_000, Patience).WaitAsync(Patience);
            slice.UpTo.ShouldBeGreaterThan(after, "nothing came");
            found.AddRange(slice.Events.Where(one => one.Tenant == tenant));
            after = slice.UpTo;
        }
        return found;
    }

    public Task<long> Head(string tenant) => Log(tenant).Head(long.MaxValue, TimeSpan.Zero);
}

[CollectionDefinition("event log")]
public sealed class LogCollection : ICollectionFixture<LogFixture>;
