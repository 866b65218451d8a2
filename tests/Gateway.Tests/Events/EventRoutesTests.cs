using Buildify.Events;
using Buildify.Gateway.Fakes;

namespace Buildify.Gateway.Events;

public sealed class EventRoutesTests
{
    [Fact]
    public async Task Events_are_listed_by_what_is_asked_for_a_page_at_a_time()
    {
        await using var gateway = await Start(filter => new EventSlice(
            [.. Enumerable.Range((int)filter.After + 1, 5).TakeWhile(position => position <= 5).Take(filter.Max).Select(position => EventGateway.Event(position))], 5), head: 5);

        var first = await gateway.Get("/api/v1/events?type=shop.**&company_id=berlin&since=2026-01-31T12:00:00%2B01:00&limit=2", TestGateway.MemberToken);
        first.Status.ShouldBe(200, first.Text);
        Positions(first).ShouldBe([1, 2]);
        var call = gateway.Grains.CallsOf<IEventFeedGrain>("Read").ShouldHaveSingleItem();
        (call.Key, call.Arguments[0]).ShouldBe(("tenant:acme", new EventFilter("shop.**", "berlin", new DateTimeOffset(2026, 1, 31, 11, 0, 0, TimeSpan.Zero), 0, 3)));

        var second = await gateway.Get($"/api/v1/events?limit=2&cursor={first.Json.GetProperty("next_cursor").GetString()}", TestGateway.MemberToken);
        Positions(second).ShouldBe([3, 4]);
        var third = await gateway.Get($"/api/v1/events?limit=2&cursor={second.Json.GetProperty("next_cursor").GetString()}", TestGateway.MemberToken);
        Positions(third).ShouldBe([5]);
        third.Json.GetProperty("next_cursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Where_few_of_many_match_a_page_goes_on_where_the_one_before_stopped_looking()
    {
        // Each read looks at ten; 1 and 150 match.
        await using var gateway = await Start(
            filter => new EventSlice([.. new long[] { 1, 150 }.Where(position => position > filter.After && position <= filter.After + 10).Select(position => EventGateway.Event(position))], Math.Min(filter.After + 10, 160)),
            head: 160);
        var first = await gateway.Get("/api/v1/events?type=shop.**", TestGateway.MemberToken);
        Positions(first).ShouldBe([1]);
        var second = await gateway.Get($"/api/v1/events?type=shop.**&cursor={first.Json.GetProperty("next_cursor").GetString()}", TestGateway.MemberToken);
        Positions(second).ShouldBe([150]);
        second.Json.GetProperty("next_cursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        gateway.Grains.CallsOf<IEventFeedGrain>("Read").Count().ShouldBe(16);
    }

    [Fact]
    public async Task An_event_has_all_its_fields_with_nulls()
    {
        await using var gateway = await Start(_ => new EventSlice([EventGateway.Event(1) with { CompanyId = null, OrderingKey = "k" }], 1));
        (await gateway.Get("/api/v1/events", TestGateway.MemberToken)).Json.GetProperty("items")[0].GetRawText().ShouldBe(
            """{"id":"e1","event_type":"shop.order.placed","event_version":1,"event_source":"http","tenant":"acme","company_id":null,"payload":{},"created_at":"1970-01-01T00:00:00.000000Z","correlation_id":null,"position":1}""");
    }

    [Theory]
    [InlineData("type=shop", "type")]
    [InlineData("type=shop..order", "type")]
    [InlineData("type=Shop.*", "type")]
    [InlineData("type=shop.ord*", "type")]
    [InlineData("type=", "type")]
    [InlineData("type=**.a.**.b.**.c.**", "type")]
    [InlineData("since=yesterday", "since")]
    [InlineData("since=2026-01-31", "since")]
    [InlineData("since=2026-01-31T12:00:00", "since")]
    [InlineData("company_id=Berlin", "company_id")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=LTE", "cursor")]
    [InlineData("type=a.b&type=c.d", "type")]
    public async Task What_cannot_be_asked_for_is_400_and_named(string query, string field)
    {
        await using var gateway = await Start(_ => new EventSlice([], 0));
        (await gateway.Get($"/api/v1/events?{query}", TestGateway.MemberToken)).ShouldRefuse(field);
        gateway.Grains.CallsOf<IEventFeedGrain>("Read").ShouldBeEmpty();
    }

    [Fact]
    public async Task Prefixes_are_declared_listed_read_and_taken_back()
    {
        await using var gateway = await EventGateway.Start(grains => grains
            .On<IEventFeedGrain>("DeclarePrefix", (_, arguments) => Task.FromResult<Outcome<EventPrefix>>((string)arguments[0]! == "core"
                ? Failure.Invalid(new FieldError("prefix", "is the platform's"))
                : new EventPrefix((string)arguments[0]!, DateTimeOffset.UnixEpoch)))
            .On<IEventFeedGrain>("RemovePrefix", (_, arguments) => Task.FromResult((string)arguments[0]! == "shop")));

        var put = await Send(HttpMethod.Put, "crm.leads");
        (put.Status, put.Text).ShouldBe((200, """{"prefix":"crm.leads","created_at":"1970-01-01T00:00:00.000000Z"}"""));
        (await Send(HttpMethod.Put, "core")).ShouldRefuse("prefix");
        (await gateway.Get("/api/v1/event-prefixes", TestGateway.MemberToken)).Json.GetProperty("items")[0].GetProperty("prefix").GetString().ShouldBe("shop");
        (await gateway.Get("/api/v1/event-prefixes/shop", TestGateway.MemberToken)).Status.ShouldBe(200);
        (await gateway.Get("/api/v1/event-prefixes/nothing", TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        (await Send(HttpMethod.Delete, "shop")).Status.ShouldBe(204);
        (await Send(HttpMethod.Delete, "nothing")).ShouldBeProblem(404, "not-found");
        (await gateway.Send(HttpMethod.Put, "/api/v1/event-prefixes/crm", null, TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
        (await gateway.Send(HttpMethod.Delete, "/api/v1/event-prefixes/shop", null, TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");

        Task<TestAnswer> Send(HttpMethod method, string prefix) =>
            gateway.Send(method, $"/api/v1/event-prefixes/{prefix}", null, TestGateway.AdministratorToken, ("X-Tenant", "acme"));
    }

    [Fact]
    public async Task A_person_is_erased_by_whatever_the_field_held_and_again_it_is_the_same()
    {
        var there = true;
        await using var gateway = await EventGateway.Start(grains => grains.On<IEventFeedGrain>("EraseSubject", (_, _) => Task.FromResult(there)));
        foreach (var subject in new[] { "ada", "customer/42", "a%2Fb", "zoë@example.com" })
        {
            (await Erase(Uri.EscapeDataString(subject))).Status.ShouldBe(204);
            var call = gateway.Grains.CallsOf<IEventFeedGrain>("EraseSubject").Last();
            (call.Key, call.Arguments[0]).ShouldBe(("tenant:acme", subject));
        }
        there = false;
        (await Erase("ada")).Status.ShouldBe(204);
        (await Erase(new string('x', 201))).ShouldRefuse("subject");
        (await gateway.Send(HttpMethod.Delete, "/api/v1/event-subjects/ada", null, TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");

        Task<TestAnswer> Erase(string subject) =>
            gateway.Send(HttpMethod.Delete, $"/api/v1/event-subjects/{subject}", null, TestGateway.AdministratorToken, ("X-Tenant", "acme"));
    }

    private static IEnumerable<long> Positions(TestAnswer answer) => answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("position").GetInt64());

    private static Task<TestGateway> Start(Func<EventFilter, EventSlice> read, long head = 0) => EventGateway.Start(grains => grains
        .On<IEventLogGrain>("Head", (_, _) => Task.FromResult(head))
        .On<IEventFeedGrain>("Read", (_, arguments) => Task.FromResult<Outcome<EventSlice>>(read((EventFilter)arguments[0]!))));
}
