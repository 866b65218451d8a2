using System.Collections.Immutable;
using Buildify.Testing;
using Buildify.Testing.Cluster;

namespace Buildify.Events;

/// <summary>A silo with the handlers of this assembly. Each test has a tenant of its own, for which their module is on.</summary>
public sealed class EventFixture : IAsyncLifetime
{
    public const string Module = "handled";

    public PlatformFixture Platform { get; private set; } = null!;

    public IGrainFactory Grains => Platform.Grains;

    public async Task InitializeAsync()
    {
        Platform = new PlatformFixture(await PlatformCluster.Launch(tasks: typeof(EventFixture).Assembly));
        await Platform.NewModule(name: Module);
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    internal TestLog LogOf(string tenant) => new(Platform.Platform.Database, tenant, Grains);

    public async Task<string> NewTenant(bool isOn = true)
    {
        var tenant = await Platform.NewTenant();
        if (isOn) (await Platform.TurnOn(tenant, Module)).Failure.ShouldBeNull();
        return tenant;
    }

    public IEventRouterGrain Router(string tenant) => Grains.GetGrain<IEventRouterGrain>(GrainKeys.Tenant(tenant));

    public ISubscriptionGrain Subscription(string tenant, string id) => Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(tenant, id));

    /// <summary>As the tenant's stream would bring them.</summary>
    public Task Route(string tenant, params ImmutableArray<LoggedEvent> events) => Router(tenant).Route(events);

    /// <summary>The handlers that the tenant's events went to, in order.</summary>
    internal static Task Calls(string tenant, params string[] handlers) => Eventually.Succeeds(() =>
    {
        Handlers.Calls.Of(tenant).Select(call => call.Handler).ShouldBe(handlers);
        return Task.CompletedTask;
    });
}

[CollectionDefinition("events")]
public sealed class EventCollection : ICollectionFixture<EventFixture>;
