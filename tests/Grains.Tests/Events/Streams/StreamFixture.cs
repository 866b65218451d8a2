using System.Collections.Immutable;
using Buildify.Testing.Cluster;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Events.Streams;

/// <summary>Two silos with the log and its streams. Each test has tenants of its own.</summary>
public sealed class StreamFixture : IAsyncLifetime
{
    private PlatformFixture _platform = null!;

    public PlatformCluster Platform { get; private set; } = null!;

    /// <param name="cacheKilobytes">Of each partition; null for the setting's default.</param>
    internal static async Task<StreamFixture> Launch(short silos = 1, PostgresDatabase? database = null, int? cacheKilobytes = null)
    {
        var fixture = new StreamFixture();
        fixture.Use(await PlatformCluster.Launch(
            silos, database, cacheKilobytes is null ? [] : [("Events:StreamCacheKilobytes", cacheKilobytes.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))]));
        return fixture;
    }

    public async Task InitializeAsync() => Use(await PlatformCluster.Launch(silos: 2));

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    /// <param name="beside">One whose events are in the same partition; null for any.</param>
    public async Task<string> NewTenant(string? beside = null)
    {
        var id = PlatformFixture.NewId("s");
        while (beside is not null && EventPlacement.Of(id) != EventPlacement.Of(beside)) id = PlatformFixture.NewId("s");
        return await _platform.NewTenant(id);
    }

    /// <returns>The ids, in order.</returns>
    public async Task<List<string>> Publish(string tenant, int count, int padding = 0)
    {
        var ids = new List<string>();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(500))
        {
            ImmutableArray<NewEvent> events = [.. chunk.Select(number => new NewEvent(
                tenant, "test.thing.happened", new JsonText($$"""{"number":{{number}},"padding":"{{new string('x', padding)}}"}""")))];
            var outcome = await Platform.Grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(EventPlacement.Of(tenant))).Append(events, stamp: null);
            outcome.Failure.ShouldBeNull();
            ids.AddRange(outcome.Value.Select(one => one.Id));
        }
        return ids;
    }

    internal static EventRecorder Listener(string tenant) => EventRecorder.Of(EventListenerGrain.Kind, tenant);

    internal static EventRecorder Recorder(string tenant) => EventRecorder.Of(EventRewinderGrain.Kind, tenant);

    internal IEventRewinderGrain Rewinder(string tenant) => Platform.Grains.GetGrain<IEventRewinderGrain>(GrainKeys.Tenant(tenant));

    /// <summary>Waits until it is written down that all of the tenant's events were delivered.</summary>
    public Task DeliveredIsSaved(string tenant) => Testing.Eventually.Succeeds(async () =>
    {
        await using var source = NpgsqlDataSource.Create(Platform.Database.ConnectionString);
        await using var command = source.CreateCommand(
            $"SELECT position >= (SELECT max(position) FROM events WHERE tenant_id = '{tenant}') FROM event_readers WHERE partition = event_partition('{tenant}')");
        (await command.ExecuteScalarAsync()).ShouldBe(true);
    });

    private void Use(PlatformCluster platform) => (Platform, _platform) = (platform, new PlatformFixture(platform));
}

[CollectionDefinition("event streams")]
public sealed class StreamCollection : ICollectionFixture<StreamFixture>;
