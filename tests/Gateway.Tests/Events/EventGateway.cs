using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Databases;
using Buildify.Events;
using Buildify.Gateway.Fakes;
using Buildify.Idempotency;
using Buildify.Validation;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Gateway.Events;

/// <summary>A gateway before a log that takes everything: tenant <c>acme</c> has company <c>berlin</c> and prefix <c>shop</c>.</summary>
internal static class EventGateway
{
    public static Task<TestGateway> Start(
        Action<FakeGrains>? grains = null, Dictionary<string, string?>? settings = null, FakePublisher? publisher = null, TimeProvider? time = null) => TestGateway.Start(
        fakes =>
        {
            fakes
                .On<IEventFeedGrain>("Prefixes", (_, _) => Task.FromResult<ImmutableArray<EventPrefix>>([new("shop", DateTimeOffset.UnixEpoch)]))
                .On<ICompanyGrain>("Get", (key, _) => Task.FromResult<Outcome<Company>>(key == "acme/berlin"
                    ? new Company("berlin", "acme", "Berlin", null, null, CompanyState.Active, DateTimeOffset.UnixEpoch)
                    : Failure.NotFound("There is none.")));
            grains?.Invoke(fakes);
        },
        settings,
        services =>
        {
            services.AddSingleton(new EventCatalog([.. EventCatalog.From([typeof(EventGateway).Assembly]).All]));
            services.AddSingleton<IEventPublisher>(publisher ?? new FakePublisher());
            if (time is not null) services.AddSingleton(time);
        });

    public static Task<TestAnswer> Publish(this TestGateway gateway, string json, params (string Name, string Value)[] headers) =>
        gateway.Post("/api/v1/events", json, TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);

    public static LoggedEvent Event(long position, string payload = "{}") => new(
        $"e{position}", "shop.order.placed", 1, "http", "acme", "berlin", new JsonText(payload), DateTimeOffset.UnixEpoch, null, position);
}

/// <summary>Takes events, or answers what a test says.</summary>
internal sealed class FakePublisher(Failure? failure = null) : IEventPublisher
{
    public List<(NewEvent Event, IdempotencyStamp? Stamp)> Published { get; } = [];

    public Task<AppendedEvent> Append<TEvent>(TenantSession session, TEvent @event, EventOptions? options, CancellationToken cancellation) where TEvent : IEvent =>
        throw new NotSupportedException();

    public Task<AppendedEvent> Publish<TEvent>(string tenant, TEvent @event, EventOptions? options, CancellationToken cancellation) where TEvent : IEvent =>
        throw new NotSupportedException();

    public Task<Outcome<ImmutableArray<AppendedEvent>>> Publish(ImmutableArray<NewEvent> events, IdempotencyStamp? stamp, CancellationToken cancellation)
    {
        if (failure is not null) return Task.FromResult<Outcome<ImmutableArray<AppendedEvent>>>(failure);
        Published.AddRange(events.Select(one => (one, stamp)));
        return Task.FromResult<Outcome<ImmutableArray<AppendedEvent>>>((ImmutableArray<AppendedEvent>)[.. events.Select(one => new AppendedEvent(one.Id ?? "made", 7))]);
    }
}

[EventType("test.parcel.sent", External = true, Version = 3, OrderingKey = "parcel")]
internal sealed record ParcelSent(string Parcel, int Weight, string? CompanyId = null, [property: Size(Min = 1, Max = 3)] string? Stamp = null) : IEvent;

[EventType("test.parcel.lost")]
internal sealed record ParcelLost(string Parcel) : IEvent;
