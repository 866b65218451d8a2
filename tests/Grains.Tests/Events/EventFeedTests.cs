using Buildify.Events.Log;

namespace Buildify.Events;

[Collection("event log")]
public class EventFeedTests(LogFixture fixture)
{
    [Fact]
    public async Task A_tenant_s_events_are_read_by_pattern_company_and_time_from_any_place()
    {
        var (tenant, other) = (await fixture.NewTenant(partition: 5), await fixture.NewTenant(partition: 5));
        await fixture.Append(tenant,
            Event(tenant, "shop.order.created", "berlin"), Event(tenant, "shop.order.paid.late"), Event(tenant, "shop.cart.created"), Event(tenant, "crm.order.created", "paris"));
        await fixture.Append(other, Event(other, "shop.order.created"));

        (await Types(tenant)).ShouldBe(["shop.order.created", "shop.order.paid.late", "shop.cart.created", "crm.order.created"]);
        (await Types(tenant, "shop.**")).ShouldBe(["shop.order.created", "shop.order.paid.late", "shop.cart.created"]);
        (await Types(tenant, "shop.*.created")).ShouldBe(["shop.order.created", "shop.cart.created"]);
        (await Types(tenant, "**.created")).ShouldBe(["shop.order.created", "shop.cart.created", "crm.order.created"]);
        (await Types(tenant, company: "paris")).ShouldBe(["crm.order.created"]);
        (await Types(tenant, since: TimeProvider.System.GetUtcNow().AddHours(-1))).Count.ShouldBe(4);
        (await Types(tenant, since: TimeProvider.System.GetUtcNow().AddHours(1))).ShouldBeEmpty();

        var first = (await Feed(tenant).Read(new EventFilter("shop.**", null, null, 0, 1))).Value!;
        first.UpTo.ShouldBe(first.Events.Single().Position);
        (await Types(tenant, "shop.**", after: first.UpTo)).ShouldBe(["shop.order.paid.late", "shop.cart.created"]);
        var end = (await Feed(tenant).Read(new EventFilter("crm.**", null, null, first.UpTo, 100))).Value!;
        end.UpTo.ShouldBe(await fixture.Head(tenant));
    }

    [Fact]
    public async Task Where_few_match_the_answer_says_how_far_it_looked()
    {
        var tenant = await fixture.NewTenant();
        for (var batch = 0; batch < 3; batch++) await fixture.Append(tenant, [.. Enumerable.Range(0, 8_000).Select(_ => Event(tenant, "shop.order.created"))]);
        var last = (await fixture.Append(tenant, Event(tenant, "crm.contact.created"))).Single();

        var slice = (await Feed(tenant).Read(new EventFilter("crm.**", null, null, 0, 10))).Value!;
        slice.Events.ShouldBeEmpty();
        slice.UpTo.ShouldBeLessThan(last.Position!.Value);
        (await Feed(tenant).Read(new EventFilter("crm.**", null, null, slice.UpTo, 10))).Value!.Events.ShouldHaveSingleItem().Id.ShouldBe(last.Id);
    }

    [Fact]
    public async Task A_bad_filter_is_told_by_its_field()
    {
        (await Feed("acme").Read(new EventFilter("shop", null, null, 0, 10))).Failure.ShouldNotBeNull().Errors.Single().Field.ShouldBe("type");
        (await Feed("acme").Read(new EventFilter(null, "No Slug", null, 0, 10))).Failure.ShouldNotBeNull().Errors.Single().Field.ShouldBe("company_id");
    }

    [Fact]
    public async Task A_prefix_is_the_tenant_s_own_and_no_module_s()
    {
        var feed = Feed(await fixture.NewTenant());
        await fixture.Platform.Database.ExecuteAsync(
            "INSERT INTO event_types (name, version, module, external) VALUES ('ledger.entry.posted', 1, 'ledger', FALSE) ON CONFLICT DO NOTHING");

        var declared = (await feed.DeclarePrefix("acme.shop")).Value.ShouldNotBeNull();
        (await feed.DeclarePrefix("acme.shop")).Value.ShouldBe(declared);
        foreach (var bad in new[] { "core", "core.mine", "ledger", "ledger.mine", "Acme", "acme.", "" })
        {
            (await feed.DeclarePrefix(bad)).Failure.ShouldNotBeNull(bad).Errors.Single().Field.ShouldBe("prefix");
        }
        (await feed.Prefixes()).ShouldBe([declared]);
        (await feed.RemovePrefix("acme.shop")).ShouldBeTrue();
        (await feed.RemovePrefix("acme.shop")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_module_that_is_registered_keeps_its_name()
    {
        var platform = new PlatformFixture(fixture.Platform);
        var module = await platform.NewModule();
        (await Feed(await fixture.NewTenant()).DeclarePrefix(module)).Failure.ShouldNotBeNull().Errors.Single().Message.ShouldContain(module);
    }

    private IEventFeedGrain Feed(string tenant) => fixture.Platform.Grains.GetGrain<IEventFeedGrain>(GrainKeys.Tenant(tenant));

    private static NewEvent Event(string tenant, string type, string? company = null) => LogFixture.Event(tenant, type: type) with { CompanyId = company };

    private async Task<List<string>> Types(string tenant, string? pattern = null, string? company = null, DateTimeOffset? since = null, long after = 0) =>
        [.. (await Feed(tenant).Read(new EventFilter(pattern, company, since, after, 100))).Value!.Events.Select(one => one.EventType)];
}
