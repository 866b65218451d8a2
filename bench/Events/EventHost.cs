using System.Collections.Immutable;
using Buildify.Events;
using Buildify.Hosting.Tasks;
using Buildify.Testing.Postgres;
using Shelf;

namespace Buildify.Bench.Events;

/// <summary>The log's owners, streams and subscriptions, and a module that is on for the tenant with as many handlers as are asked for.</summary>
internal sealed class EventHost : IAsyncDisposable
{
    private const string Module = "shelf";

    private static readonly Caller Bench = new("system:bench", "bench");

    private static readonly JsonText Payload = new("""{"number":1}""");

    private readonly PlatformHost _host;
    private readonly IEventPublisher _publisher;
    private readonly ImmutableArray<string> _handlers;

    private EventHost(PlatformHost host, ImmutableArray<string> handlers) =>
        (_host, _publisher, _handlers) = (host, host.Services.GetRequiredService<IEventPublisher>(), handlers);

    public PostgresDatabase Database => _host.Database;

    /// <param name="server">One whose commits reach the disk.</param>
    /// <param name="handlers">How many subscribe to <see cref="Happened"/>; one handles <see cref="Stamped"/>.</param>
    /// <param name="others">How many subscribe to what nobody tells of.</param>
    public static async Task<EventHost> Start(PostgresServer server, int handlers = 0, int others = 0, params (string Key, string Value)[] settings)
    {
        ImmutableArray<EventHandlerInfo> all =
        [
            Make("stamps", typeof(StampedHandler), typeof(Stamped), "shelf.stamp.sent"),
            .. Enumerable.Range(0, handlers).Select(number => Make($"handler-{number}", typeof(HappenedHandler), typeof(Happened), Happened.Name)),
            .. Enumerable.Range(0, others).Select(number => Make($"other-{number}", typeof(HappenedHandler), typeof(Happened), $"shelf.other.{number}.**")),
        ];
        var host = await PlatformHost.Start(server, builder =>
        {
            builder.Services.AddTaskAssembly(typeof(Happened).Assembly);
            builder.Services.AddSingleton(new EventHandlerCatalog(all));
        }, [new ShelfModule()], settings);
        Received.Clear();
        var events = new EventHost(host, [.. all.Skip(1).Take(handlers).Select(handler => handler.Name)]);
        await events.Prepare();
        return events;

        static EventHandlerInfo Make(string name, Type type, Type record, string pattern) =>
            new($"{Module}.{name}", Module, type, record, EventPattern.Parse(pattern), new SubscribeAttribute());
    }

    public Task Publish<TEvent>(TEvent @event) where TEvent : IEvent => _publisher.Publish(PlatformHost.Tenant, @event);

    /// <summary>So many at once.</summary>
    public async Task Publish(int count, string? text, int keys = 1)
    {
        if (count == 1)
        {
            await Publish(new Happened(1, text));
            return;
        }
        var payload = text is null ? Payload : new JsonText($$"""{"number":1,"text":"{{text}}"}""");
        var written = await _publisher.Publish(
            [.. Enumerable.Range(0, count).Select(number => new NewEvent(PlatformHost.Tenant, Happened.Name, payload) { EventSource = Module, OrderingKey = $"key-{number % keys}" })]);
        if (!written.Succeeded) throw new InvalidOperationException(written.Failure.Detail);
    }

    /// <summary>Writes events by batches of 500 from four callers, of a hundred keys.</summary>
    public Task Fill(int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count / Tasks.EnqueueFigures.Batch), new ParallelOptions { MaxDegreeOfParallelism = 4 },
        async (_, _) => await Publish(Tasks.EnqueueFigures.Batch, text: null, keys: 100));

    public Task Pause() => Each(subscription => subscription.Pause(Bench));

    public Task Resume() => Each(subscription => subscription.Resume(Bench));

    /// <summary>A client of the gateway.</summary>
    public Task<HttpClient> SignIn() => _host.SignIn();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task Prepare()
    {
        using var http = await SignIn();
        using var on = await http.PutAsJsonAsync($"/api/v1/tenant-modules/{Module}", new { });
        on.EnsureSuccessStatusCode();
        // Whoever is first brings the owner, the router and the handlers into memory.
        await Publish(new Stamped(System.Diagnostics.Stopwatch.GetTimestamp()));
        await Received.All(1);
        if (_handlers.Length > 0)
        {
            await Publish(1, text: null);
            await Received.All(1 + _handlers.Length);
        }
        Received.Clear();
    }

    private async Task Each(Func<ISubscriptionGrain, Task<Outcome<SubscriptionView>>> change)
    {
        var changed = await Task.WhenAll(_handlers.Select(handler => change(_host.Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(PlatformHost.Tenant, handler)))));
        if (changed.FirstOrDefault(one => !one.Succeeded) is { } failed) throw new InvalidOperationException(failed.Failure!.Detail);
    }
}
