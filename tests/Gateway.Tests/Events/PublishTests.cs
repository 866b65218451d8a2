using Buildify.Events;
using Buildify.Gateway.Fakes;
using Buildify.Idempotency;

namespace Buildify.Gateway.Events;

public sealed class PublishTests : IAsyncLifetime
{
    private readonly FakePublisher _publisher = new();
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await EventGateway.Start(publisher: _publisher);

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task An_event_of_a_type_of_one_s_own_is_202_with_its_id()
    {
        var answer = await _gateway.Publish(
            """{"event_type":"shop.order.placed","payload":{"total": 5},"company_id":"berlin","event_id":"order-1"}""", ("X-Correlation-ID", "abc"));
        answer.Status.ShouldBe(202, answer.Text);
        answer.Json.GetProperty("id").GetString().ShouldBe("order-1");
        var sent = _publisher.Published.ShouldHaveSingleItem().Event;
        (sent.Tenant, sent.EventType, sent.Payload.Text, sent.Id, sent.EventVersion, sent.EventSource, sent.CompanyId, sent.OrderingKey, sent.CorrelationId)
            .ShouldBe(("acme", "shop.order.placed", """{"total":5}""", "order-1", 1, "http", "berlin", null, "abc"));
        sent.TraceParent.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_declared_type_has_its_version_and_its_key_and_the_payload_s_company()
    {
        (await _gateway.Publish("""{"event_type":"test.parcel.sent","payload":{"parcel":"p1","weight":2,"company_id":"berlin"}}""")).Status.ShouldBe(202);
        var sent = _publisher.Published.ShouldHaveSingleItem().Event;
        (sent.EventVersion, sent.OrderingKey, sent.CompanyId).ShouldBe((3, "p1", "berlin"));
    }

    [Theory]
    [InlineData("""{"parcel":"p1"}""", "payload.weight")]
    [InlineData("""{"parcel":"p1","weight":"two"}""", "payload.weight")]
    [InlineData("""{"parcel":null,"weight":1}""", "payload.parcel")]
    [InlineData("""{"parcel":"p1","weight":1,"colour":"red"}""", "payload.colour")]
    [InlineData("""{"parcel":"p1","weight":1,"stamp":"five5"}""", "payload.stamp")]
    [InlineData("""{"parcel":"p1","weight":1,"company_id":"hamburg"}""", "company_id")]
    [InlineData("7", "payload")]
    [InlineData("[]", "payload")]
    public async Task A_payload_that_is_not_the_type_s_is_400_and_says_where(string payload, string field)
    {
        (await _gateway.Publish($$"""{"event_type":"test.parcel.sent","payload":{{payload}} }""")).ShouldRefuse(field);
        _publisher.Published.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"event_type":"shop.order.placed"}""", "payload")]
    [InlineData("""{"payload":{} }""", "event_type")]
    [InlineData("""{"event_type":"shop","payload":{} }""", "event_type")]
    [InlineData("""{"event_type":"Shop.Order","payload":{} }""", "event_type")]
    [InlineData("""{"event_type":"shop..placed","payload":{} }""", "event_type")]
    [InlineData("""{"event_type":"","payload":{} }""", "event_type")]
    [InlineData("""{"event_type":"shop.order.placed","payload":{},"event_id":"a.b"}""", "event_id")]
    [InlineData("""{"event_type":"shop.order.placed","payload":{},"event_id":""}""", "event_id")]
    [InlineData("""{"event_type":"shop.order.placed","payload":{},"company_id":"Berlin"}""", "company_id")]
    [InlineData("""{"event_type":"shop.order.placed","payload":{},"company_id":"hamburg"}""", "company_id")]
    [InlineData("""{"event_type":"shop.order.placed","payload":{},"company":"berlin"}""", "company")]
    [InlineData("""{"event_type":"shopping.order.placed","payload":{} }""", "event_type")]
    public async Task What_cannot_be_is_400_and_named(string body, string field)
    {
        (await _gateway.Publish(body)).ShouldRefuse(field);
        _publisher.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once() => (await _gateway.Publish(
        """{"event_type":"test.parcel.sent","payload":{"weight":1},"event_id":"a b","company_id":"hamburg"}""")).ShouldRefuse("payload.parcel", "event_id", "company_id");

    [Fact]
    public async Task An_unknown_field_and_an_unknown_type_are_told_the_nearest()
    {
        (await _gateway.Publish("""{"event_type":"shop.order.placed","payload":{},"even_id":"1"}""")).ShouldRefuse("even_id")
            .GetProperty("even_id")[0].GetString()!.ShouldContain("did you mean 'event_id'?");
        var hint = (await _gateway.Publish("""{"event_type":"test.parcel.snet","payload":{} }""")).ShouldRefuse("event_type").GetProperty("event_type")[0].GetString()!;
        hint.ShouldContain("did you mean 'test.parcel.sent'?");
        hint.ShouldContain("PUT /api/v1/event-prefixes/");
    }

    [Theory]
    [InlineData("test.parcel.lost")]
    [InlineData("core.tenant.created")]
    [InlineData("core.nothing")]
    public async Task A_type_that_is_not_for_outside_is_403(string type)
    {
        (await _gateway.Publish($$"""{"event_type":"{{type}}","payload":{"parcel":"p"} }""")).ShouldBeProblem(403, "forbidden");
        _publisher.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_has_not_the_permission_is_403() =>
        (await _gateway.Post("/api/v1/events", """{"event_type":"shop.order.placed","payload":{} }""", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden")
        .GetProperty("detail").GetString()!.ShouldContain("'events.publish'");

    [Fact]
    public async Task A_payload_over_256_KiB_is_413()
    {
        var letters = EventOptions.MaxPayloadBytes - """{"value":""}""".Length;
        (await _gateway.Publish($$"""{"event_type":"shop.order.placed","payload":{"value":"{{new string('x', letters)}}"} }""")).Status.ShouldBe(202);
        (await _gateway.Publish($$"""{"event_type":"shop.order.placed","payload":{"value":"{{new string('x', letters + 1)}}"} }""")).ShouldBeProblem(413, "too-large");
    }

    [Fact]
    public async Task A_full_log_is_429_with_when_to_come_back()
    {
        await using var gateway = await EventGateway.Start(publisher: new FakePublisher(new Failure(FailureCodes.QueueFull, "The log is full.")));
        var answer = await gateway.Publish("""{"event_type":"shop.order.placed","payload":{} }""");
        answer.ShouldBeProblem(429, "queue-full");
        answer.Headers["Retry-After"].ShouldBe("2");
    }

    [Fact]
    public async Task A_key_goes_along_with_the_event_and_a_repeat_is_answered_what_was_stored()
    {
        var verdict = IdempotencyVerdict.Proceed;
        await using var gateway = await EventGateway.Start(publisher: _publisher, grains: grains => grains
            .On<IIdempotencyGrain>("Begin", (_, _) => Task.FromResult(new IdempotencyDecision(verdict, Guid.NewGuid(), new JsonText("""[{"id":"made","position":7,"was_there":false}]"""))))
            .On<IIdempotencyGrain>("End", (_, _) => Task.CompletedTask));
        const string body = """{"event_type":"shop.order.placed","payload":{} }""";

        var first = await gateway.Publish(body, ("Idempotency-Key", "k"));
        _publisher.Published.ShouldHaveSingleItem().Stamp.ShouldNotBeNull().Key.ShouldBe("k");

        verdict = IdempotencyVerdict.Replay;
        var again = await gateway.Publish(body, ("Idempotency-Key", "k"));
        (again.Status, again.Text, again.Headers["Idempotency-Replayed"]).ShouldBe((202, first.Text, "true"));
        _publisher.Published.Count.ShouldBe(1);
    }
}
