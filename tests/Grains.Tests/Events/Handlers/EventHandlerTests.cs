using Buildify.Testing;

namespace Buildify.Events.Handlers;

[Collection("events")]
public sealed class EventHandlerTests(EventFixture fixture)
{
    [Fact]
    public async Task A_class_with_the_attribute_is_found_and_called_without_a_list()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);

        var written = await log.Write("handled.thing.made");
        await fixture.Route(tenant, written);

        await EventFixture.Calls(tenant, "recorder");
        Calls.Of(tenant).Single().Event.Id.ShouldBe(written.Id);
        var listed = (await fixture.Router(tenant).List(new PageRequest())).Value!.Items;
        listed.Select(one => one.Id).ShouldContain("handled.recorder");
        listed.Single(one => one.Id == "handled.recorder").Module.ShouldBe("handled");
    }

    [Fact]
    public async Task The_higher_priority_gets_an_event_first()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        // Nobody is waited for longer than a twentieth of a second, and to begin takes more.
        await fixture.Route(tenant, await log.Write("handled.urgent.happened"));
        await Eventually.Succeeds(() =>
        {
            Calls.Of(tenant).Count.ShouldBe(2);
            return Task.CompletedTask;
        });

        for (var i = 0; i < 3; i++) await fixture.Route(tenant, await log.Write("handled.urgent.happened"));

        await Eventually.Succeeds(() =>
        {
            Calls.Of(tenant).Skip(2).Select(call => call.Handler).ShouldBe(["first", "last", "first", "last", "first", "last"]);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_handler_that_hangs_is_left_alone_and_its_event_parked_and_other_keys_go_on()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        await fixture.Route(tenant, await log.Write("handled.slow.begun", key: "hangs"), await log.Write("handled.slow.begun", key: "goes"));
        await fixture.Route(tenant, await log.Write("handled.slow.begun", key: "hangs"));

        await Eventually.Succeeds(async () => (await log.DeadLetters("handled.hanging")).ShouldBe(2));
        var dead = (await fixture.Subscription(tenant, "handled.hanging").DeadLetters(new PageRequest())).Value!.Items;
        dead.Select(one => one.LastError).ShouldAllBe(error => error.Contains("did not end within 1 s"));
        await Eventually.Succeeds(async () => (await log.Cursor("handled.hanging")).ShouldBeGreaterThanOrEqualTo(dead[^1].Event.Position));
        Calls.Of(tenant).Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_an_older_version_wrote_is_upcast_step_by_step()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        await fixture.Route(tenant,
            await log.Write("handled.paper.signed", payload: """{"who": "ada"}"""),
            await log.Write("handled.paper.signed", version: 2, payload: """{"pages": 7, "who": "bob"}"""),
            await log.Write("handled.paper.signed", version: 3, payload: """{"pages": 9, "signer": "eve", "more": true}"""));

        await EventFixture.Calls(tenant, "ada signed 1", "bob signed 7", "eve signed 9");
    }

    [Fact]
    public async Task Where_a_step_is_missing_the_event_is_parked_at_once()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        await fixture.Route(tenant, await log.Write("handled.gap.opened", payload: """{"width": 1}"""));

        await Eventually.Succeeds(async () => (await log.DeadLetters("handled.gaps")).ShouldBe(1));
        var dead = (await fixture.Subscription(tenant, "handled.gaps").DeadLetters(new PageRequest())).Value!.Items.Single();
        dead.Attempts.ShouldBe(1);
        dead.LastError.ShouldContain("No IEventUpcaster takes 'handled.gap.opened' from version 1");
    }

    [Fact]
    public async Task A_company_for_which_the_module_is_off_has_its_events_passed_over()
    {
        var tenant = await fixture.NewTenant();
        await fixture.Platform.NewCompany(tenant);
        await fixture.Platform.NewCompany(tenant, "paris");
        (await fixture.Platform.Company(tenant, "paris").SetModule(PlatformFixture.Tier(EventFixture.Module, enabled: false), PlatformFixture.Caller)).Failure.ShouldBeNull();
        var log = fixture.LogOf(tenant);

        await fixture.Route(tenant, await log.Write("handled.thing.made", company: "paris"), await log.Write("handled.thing.made", company: "berlin"));

        await EventFixture.Calls(tenant, "recorder");
        Calls.Of(tenant).Single().Event.CompanyId.ShouldBe("berlin");
        await Eventually.Succeeds(async () => (await log.Cursor("handled.recorder")).ShouldBeGreaterThanOrEqualTo(Calls.Of(tenant).Single().Event.Position));
    }

    [Fact]
    public async Task What_was_written_while_the_module_was_off_is_not_its_handlers()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        await fixture.Route(tenant, await log.Write("handled.thing.made"));
        await EventFixture.Calls(tenant, "recorder");

        (await fixture.Platform.Installation(tenant, EventFixture.Module).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();
        await fixture.Route(tenant, await log.Write("handled.thing.lost"));
        (await fixture.Platform.TurnOn(tenant, EventFixture.Module)).Failure.ShouldBeNull();
        await fixture.Route(tenant, await log.Write("handled.thing.made"));

        await EventFixture.Calls(tenant, "recorder", "recorder");
        Calls.Of(tenant).Select(call => call.Event.EventType).ShouldBe(["handled.thing.made", "handled.thing.made"]);
    }

    [Fact]
    public async Task What_nobody_was_told_of_is_found_by_the_sweep_s_wake()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        await fixture.Router(tenant).List(new PageRequest());
        await log.WriteMany(2_500, keys: 3, type: "handled.thing.made");

        await fixture.Router(tenant).Wake();

        await Eventually.Succeeds(() =>
        {
            Calls.Of(tenant).Count.ShouldBe(2_500);
            return Task.CompletedTask;
        });
        foreach (var key in Calls.Of(tenant).GroupBy(call => call.Event.Key)) key.Select(call => call.Event.Position).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_replay_goes_back_to_the_start_a_time_or_an_event()
    {
        var tenant = await fixture.NewTenant();
        var log = fixture.LogOf(tenant);
        var subscription = fixture.Subscription(tenant, "handled.recorder");
        await fixture.Route(tenant, await log.Write("handled.thing.one"), await log.Write("handled.thing.two"));
        await EventFixture.Calls(tenant, "recorder", "recorder");
        var second = Calls.Of(tenant).Last().Event.Id;

        (await subscription.Replay(new ReplayRequest(second), PlatformFixture.Caller)).Failure.ShouldBeNull();
        await EventFixture.Calls(tenant, [.. Enumerable.Repeat("recorder", 3)]);
        (await subscription.Replay(new ReplayRequest("start"), PlatformFixture.Caller)).Failure.ShouldBeNull();
        await EventFixture.Calls(tenant, [.. Enumerable.Repeat("recorder", 5)]);
        var anHourAgo = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        (await subscription.Replay(new ReplayRequest(anHourAgo), PlatformFixture.Caller)).Failure.ShouldBeNull();
        await EventFixture.Calls(tenant, [.. Enumerable.Repeat("recorder", 7)]);

        (await subscription.Replay(new ReplayRequest("no-such-event"), PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Invalid);
        (await subscription.Change(new SubscriptionChange { Priority = 1 }, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Invalid);
    }
}
