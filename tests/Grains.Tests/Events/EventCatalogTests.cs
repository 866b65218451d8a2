namespace Buildify.Events;

public sealed class EventCatalogTests
{
    [Fact]
    public void The_platform_s_own_types_are_what_they_have_to_be()
    {
        var catalog = EventCatalog.From([]);

        catalog.Find("core.tenant.created").ShouldNotBeNull().Module.ShouldBe("core");
        catalog.All.ShouldAllBe(type => type.Name.StartsWith(EventRules.PlatformPrefix));
    }

    [Theory]
    [InlineData(typeof(Nameless), "test", "'test' is no event type")]
    [InlineData(typeof(NoEvent), "test.no_event", "is no IEvent")]
    [InlineData(typeof(Impostor), "core.impostor.seen", "cannot begin with core.")]
    [InlineData(typeof(Mistyped), "test.mistyped", "OrderingKey is 'orderid', which is no field of the payload; did you mean 'order_id'?")]
    [InlineData(typeof(Anonymous), "test.anonymous", "nothing that says whose it is")]
    [InlineData(typeof(Telltale), "test.telltale", "'email' says whose the personal fields are, or what is in order, and cannot be personal")]
    [InlineData(typeof(Unforgettable), "test.unforgettable", "Birthday has [PersonalData] and cannot be null")]
    public void A_type_that_the_log_could_not_keep_stops_the_start_and_the_reason_names_it(Type record, string name, string reason)
    {
        var about = (EventTypeAttribute)Attribute.GetCustomAttribute(record, typeof(EventTypeAttribute))!;

        var error = Should.Throw<InvalidOperationException>(() => new EventCatalog([new EventTypeInfo(name, record, about)]));

        error.Message.ShouldContain(reason);
        error.Message.ShouldContain(record.Name);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        EventTypeInfo Info(Type record, string name) => new(name, record, new EventTypeAttribute(name) { Version = 0 });

        var error = Should.Throw<InvalidOperationException>(() => new EventCatalog([Info(typeof(Good), "test.good"), Info(typeof(Good2), "test.good2")]));

        error.Message.Split(Environment.NewLine).Length.ShouldBe(2);
    }

    private sealed record Good : IEvent;

    private sealed record Good2 : IEvent;

    [EventType("test")]
    private sealed record Nameless : IEvent;

    [EventType("test.no_event")]
    private sealed record NoEvent;

    [EventType("core.impostor.seen")]
    private sealed record Impostor : IEvent;

    [EventType("test.mistyped", OrderingKey = "orderid")]
    private sealed record Mistyped(string OrderId) : IEvent;

    [EventType("test.anonymous")]
    private sealed record Anonymous([property: PersonalData] string Email) : IEvent;

    [EventType("test.telltale", Subject = "email")]
    private sealed record Telltale([property: PersonalData] string Email) : IEvent;

    [EventType("test.unforgettable", Subject = "id")]
    private sealed record Unforgettable(string Id, [property: PersonalData] DateOnly Birthday) : IEvent;
}
