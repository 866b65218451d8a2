using Buildify.Events.Platform;
using Buildify.Testing;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildify.Events.Subscriptions;

/// <summary>One subscription without a grain: its loop on a scheduler of its own, as a grain has one.</summary>
internal sealed class SubscriptionRig : IAsyncDisposable
{
    private static int _tenants;

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly SubscriptionMetrics _metrics = new();

    private SubscriptionRig(PostgresDatabase database, TestLog log, SubscriptionDefinition definition) => (Database, Log, Definition) = (database, log, definition);

    public PostgresDatabase Database { get; }

    public TestLog Log { get; }

    public SubscriptionDefinition Definition { get; set; }

    public TestSink Sink { get; } = new();

    public SkippingTime Time { get; } = new();

    public SubscriptionRunner Runner { get; private set; } = null!;

    /// <summary>Why the subscription has disabled itself, as its tenant was told; null where it has not.</summary>
    public Task<string?> DisabledFor => Database.QueryAsync<string>(
        "SELECT (SELECT payload ->> 'reason' FROM events WHERE tenant_id = $1 AND event_type = 'core.subscription.disabled')", Log.Tenant)!;

    public bool HasLeft { get; private set; }

    public const string Id = "test.handler";

    public static async Task<SubscriptionRig> Open(
        PostgresDatabase database, string pattern = "**", int maxAttempts = 10, bool stops = false, bool isHook = false)
    {
        var log = new TestLog(database, $"rig-{Interlocked.Increment(ref _tenants)}");
        var definition = new SubscriptionDefinition(Id, EventPattern.Parse(pattern), 5, isHook ? null : "test", isHook ? "https://example.com" : null)
        {
            MaxAttempts = maxAttempts,
            StopsOnFailure = stops,
        };
        var rig = new SubscriptionRig(database, log, definition);
        await SubscriptionStore.CreateCursor(database.Source, log.Tenant, Id);
        await rig.Start(looks: false);
        return rig;
    }

    /// <summary>A new activation; the one before is not told.</summary>
    /// <param name="looks">Into the log at once, as the sweep would have it do.</param>
    public async Task Start(bool looks = true) => await Turn(async () =>
    {
        var cursor = (await SubscriptionStore.Take(Database.Source, Log.Tenant, Id))!;
        var store = new SubscriptionStore(Database.Source, Log.Tenant, Id, cursor.Epoch);
        Runner = new SubscriptionRunner(store, cursor, Definition, Sink, _metrics, () => HasLeft = true, Time, NullLogger.Instance);
        await Runner.Begin();
        if (looks) Runner.Look();
    });

    public Task SetState(SubscriptionState state) => Turn(() => Runner.SetState(state, EventEnvelope.Of(Log.Tenant, new SubscriptionUpdated(Id, Id, "**", "system:test"))));

    public Task Look() => Turn(() =>
    {
        Runner.Look();
        return Task.CompletedTask;
    });

    public Task Turn(Func<Task> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    public async Task<T> Turn<T>(Func<Task<T>> action) => await Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    public Task Delivers(int count) => Eventually.Succeeds(() =>
    {
        Sink.Delivered.Count.ShouldBe(count);
        return Task.CompletedTask;
    });

    public Task SavesUpTo(long position) => Eventually.Succeeds(async () => (await Log.Cursor(Id)).ShouldBe(position));

    public async ValueTask DisposeAsync()
    {
        await Turn(() => Runner.End());
        _metrics.Dispose();
    }
}

/// <summary>The system's time, some days on; timers run as ever.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private TimeSpan _ahead;

    public void Skip(TimeSpan time) => _ahead += time;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
