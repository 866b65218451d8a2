using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Events.Subscriptions;
using Buildify.Tasks.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Buildify.Events.Routing;

/// <inheritdoc cref="IEventRouterGrain"/>
/// <remarks>
/// Reentrant, so that a slow subscription holds up no stream: what comes meanwhile waits in a list and is routed together. Nothing is lost
/// with the list: a subscription that was not offered an event finds itself behind at the next offer, or is woken by the sweep.
/// </remarks>
[Reentrant, GrainType("event-router"), ImplicitStreamSubscription(EventStreams.Namespace)]
internal sealed partial class EventRouterGrain(
    [FromKeyedServices(SubscriptionStore.Pool)] NpgsqlDataSource source, TimeProvider time, ILogger<EventRouterGrain> log)
    : Grain, IEventRouterGrain, IStreamSubscriptionObserver, IAsyncObserver<LoggedEvent>
{
    private const string Enabled = "core.module.enabled";
    private const string Disabled = "core.module.disabled";

    /// <summary>How long subscriptions of one priority hold up those below it.</summary>
    private static readonly TimeSpan GroupPatience = TimeSpan.FromMilliseconds(50);

    /// <summary>Events in the list before the stream has to wait.</summary>
    private const int MaxPending = 4_096;

    /// <summary>A list that is older is read again when somebody asks for something: a newer build may have other handlers.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private readonly List<LoggedEvent> _pending = [];
    private Task _routing = Task.CompletedTask;
    private RoutingTable? _table;
    private long _tableRead;
    private long _upTo;
    private long _upToAtWake = -1;
    private int _changes;

    private string Tenant => this.TenantId();

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<LoggedEvent>().ResumeAsync(this);

    public Task OnNextAsync(LoggedEvent item, StreamSequenceToken? token = null)
    {
        _pending.Add(item);
        if (_routing.IsCompleted) _routing = RoutePending();
        return _pending.Count < MaxPending ? Task.CompletedTask : _routing;
    }

    public Task OnErrorAsync(Exception ex)
    {
        // The stream may have left something out: from here on nobody is told that there was nothing in between.
        Log.StreamFailed(log, Tenant, ex);
        _upTo = 0;
        return Task.CompletedTask;
    }

    public async Task Route(ImmutableArray<LoggedEvent> events)
    {
        _pending.AddRange(events);
        if (_routing.IsCompleted) _routing = RoutePending();
        await _routing;
    }

    public async Task SubscriptionsChanged()
    {
        _changes++;
        await Load();
    }

    public async Task Wake()
    {
        await LoadIfStale();
        // Those that are up to the router's place save it, the others look for themselves; and all do where the stream brought nothing since.
        if (_upTo == _upToAtWake) _upTo = 0;
        _upToAtWake = _upTo;
        await Task.WhenAll(_table!.All.Select(route => Offer(route, new EventOffer(After(route), _upTo, []))));
    }

    public async Task<Outcome<Page<SubscriptionView>>> List(PageRequest page)
    {
        if (!Cursor.TryRead<string>(page.Cursor, out var after)) return Cursor.Bad();
        await LoadIfStale();
        var wanted = _table!.All.Select(route => route.Subscription).Order(StringComparer.Ordinal)
            .Where(id => string.CompareOrdinal(id, after ?? "") > 0).Take(page.Limit + 1);
        var found = Cursor.Page(wanted, page, id => id);
        var views = await Task.WhenAll(found.Items.Select(id => Subscription(id).Get()));
        return new Page<SubscriptionView>([.. views.Where(view => view.Succeeded).Select(view => view.Value!)], found.NextCursor);
    }

    private async Task RoutePending()
    {
        try
        {
            while (_pending.Count > 0)
            {
                if (_table is null) await Load();
                var events = TakePending();
                if (events.Count == 0) continue;
                await Route(events);
                if (events[^1] is { EventType: Enabled or Disabled } change) await Switch(change);
            }
        }
        catch (Exception error)
        {
            // Without its list it cannot route; it begins anew with what comes, and the sweep wakes those that are behind.
            Log.Failed(log, Tenant, error);
            _pending.Clear();
            (_table, _upTo) = (null, 0);
            DeactivateOnIdle();
        }
    }

    // Up to one that turns a module on or off: what is behind it is routed by another list.
    private List<LoggedEvent> TakePending()
    {
        var taken = new List<LoggedEvent>(_pending.Count);
        var count = 0;
        while (count < _pending.Count)
        {
            var @event = _pending[count++];
            if (@event.Position <= _upTo) continue;
            taken.Add(@event);
            if (@event.EventType is Enabled or Disabled) break;
        }
        _pending.RemoveRange(0, count);
        return taken;
    }

    private async Task Route(List<LoggedEvent> events)
    {
        if (_upTo == 0) Begin(events[0].Position - 1);
        var offers = new SortedDictionary<int, Dictionary<Route, ImmutableArray<LoggedEvent>.Builder>>();
        foreach (var @event in events)
        {
            foreach (var route in _table!.Find(@event.EventType))
            {
                if (!offers.TryGetValue(-route.Priority, out var group)) offers.Add(-route.Priority, group = []);
                if (!group.TryGetValue(route, out var wanted)) group.Add(route, wanted = ImmutableArray.CreateBuilder<LoggedEvent>());
                wanted.Add(@event);
            }
        }
        _upTo = events[^1].Position;
        var rest = offers.Count;
        foreach (var group in offers.Values) await Offer(group, hasFollowers: --rest > 0);
    }

    private async Task Offer(Dictionary<Route, ImmutableArray<LoggedEvent>.Builder> group, bool hasFollowers)
    {
        var all = Task.WhenAll(group.Select(offer =>
        {
            var after = offer.Key.Offered;
            offer.Key.Offered = _upTo;
            return Offer(offer.Key, new EventOffer(after, _upTo, offer.Value.ToImmutable()) { HasFollowers = hasFollowers });
        }));
        if (all.IsCompleted) return;
        await all.WaitAsync(GroupPatience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task Offer(Route route, EventOffer offer)
    {
        try
        {
            await Subscription(route.Subscription).Offer(offer);
        }
        catch (Exception error)
        {
            // It is behind now, finds that out at the next offer, and reads the log.
            Log.NotOffered(log, route.Subscription, Tenant, error);
        }
    }

    // Where a module was turned on, its handlers begin there: what was written while it was off is not theirs.
    private async Task Switch(LoggedEvent change)
    {
        var (module, company) = Read(change);
        if (company is not null) return;
        await Load();
        if (change.EventType != Enabled) return;
        await Task.WhenAll(_table!.All.Where(route => route.Module == module)
            .Select(route => Offer(route, new EventOffer(change.Position, change.Position, []) { Jumps = true })));
    }

    private static (string? Module, string? Company) Read(LoggedEvent change)
    {
        using var payload = change.Payload.Parse();
        return (Text("module"), Text("company_id"));

        string? Text(string field) => payload.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private Task LoadIfStale() => _table is null || time.GetElapsedTime(_tableRead) > Stale ? Load() : Task.CompletedTask;

    // One that changed while it was read is read again: the caller was promised that the next event goes by it.
    private async Task Load()
    {
        int seen;
        List<Route> routes;
        do
        {
            seen = _changes;
            routes = await Read();
        }
        while (seen != _changes);
        var before = _table?.All.ToDictionary(route => route.Subscription, StringComparer.Ordinal) ?? [];
        foreach (var route in routes) route.Offered = before.TryGetValue(route.Subscription, out var known) && known.IsSame(route) ? known.Offered : _upTo;
        (_table, _tableRead) = (new RoutingTable(routes), time.GetTimestamp());
    }

    private void Begin(long position)
    {
        foreach (var route in _table!.All) route.Offered = position;
    }

    private long After(Route route) => _upTo == 0 ? long.MaxValue : route.Offered;

    private async Task<List<Route>> Read()
    {
        await using var command = source.CreateCommand(SubscriptionSql.Of("read_routes", "Routing"));
        command.Parameters.Add(Columns.One(Tenant));
        await using var row = await command.ExecuteReaderAsync();
        var routes = new List<Route>();
        while (await row.ReadAsync())
        {
            if (EventPattern.TryParse(row.GetString(1), out var pattern) is null)
            {
                routes.Add(new Route(row.GetString(0), pattern!, row.GetInt32(2), row.IsDBNull(3) ? null : row.GetString(3)));
            }
        }
        return routes;
    }

    private ISubscriptionGrain Subscription(string id) => GrainFactory.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(Tenant, id));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The events of {Tenant} cannot be routed; its subscriptions read the log")]
        public static partial void Failed(ILogger logger, string tenant, Exception error);

        [LoggerMessage(2, LogLevel.Warning, "Subscription {Subscription} of {Tenant} could not be offered events; it reads the log")]
        public static partial void NotOffered(ILogger logger, string subscription, string tenant, Exception error);

        [LoggerMessage(3, LogLevel.Warning, "The stream of {Tenant} failed")]
        public static partial void StreamFailed(ILogger logger, string tenant, Exception error);
    }
}
