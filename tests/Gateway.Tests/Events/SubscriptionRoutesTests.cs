using Buildify.Events;
using Buildify.Gateway.Fakes;
using Buildify.Idempotency;

namespace Buildify.Gateway.Events;

public sealed class SubscriptionRoutesTests
{
    private const string Path = "/api/v1/event-subscriptions";

    private static readonly SubscriptionView View = new(
        "financial.open-accounts", "Open accounts", "core.**", 5, null, "financial", SubscriptionState.Active, null, 12, 3, null, null, 0, 0, false, DateTimeOffset.UnixEpoch);

    private static readonly DeliveryAttempt Attempt = new("e1", "shop.order.placed", 2, DateTimeOffset.UnixEpoch, 500, 12, "oops", "answered 500");

    [Fact]
    public async Task A_web_hook_is_made_with_an_id_of_its_own_and_its_secret_is_shown()
    {
        await using var gateway = await Start();
        var answer = await Send(gateway, HttpMethod.Post, "", """{"name":"Shop","event_pattern":"shop.**","callback_url":"https://example.com/hook"}""");
        answer.Status.ShouldBe(201, answer.Text);
        var call = gateway.Grains.CallsOf<ISubscriptionGrain>("Create").ShouldHaveSingleItem();
        var id = call.Key["acme/".Length..];
        SubscriptionIds.IsId(id).ShouldBeTrue();
        call.Arguments[0].ShouldBe(new NewSubscription("Shop", "shop.**", "https://example.com/hook"));
        answer.Headers["Location"].ShouldBe($"{Path}/{id}");
        answer.Text.ShouldBe($$"""{"id":"{{id}}","name":"Shop","event_pattern":"shop.**","priority":5,"callback_url":"https://example.com/hook","secret":"whsec_x"}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"secret\":\"\"")]
    [InlineData(",\"secret\":null")]
    public async Task A_repeat_is_answered_without_the_secret_which_is_stored_with_no_key(string secret)
    {
        await using var gateway = await Start(grains => grains.On<IIdempotencyGrain>("Begin", (_, _) => Task.FromResult(new IdempotencyDecision(
            IdempotencyVerdict.Replay, Guid.NewGuid(), new JsonText($$"""{"id":"a","name":"Shop","event_pattern":"shop.**","priority":5,"callback_url":"https://example.com/"{{secret}} }""")))));
        var answer = await Send(gateway, HttpMethod.Post, "", """{"name":"Shop","event_pattern":"shop.**","callback_url":"https://example.com/"}""", ("Idempotency-Key", "k"));
        answer.Status.ShouldBe(201, answer.Text);
        answer.Json.TryGetProperty("secret", out _).ShouldBeFalse();
        gateway.Grains.CallsOf<ISubscriptionGrain>("Create").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"event_pattern":"shop.**","callback_url":"https://example.com/"}""", "name")]
    [InlineData("""{"name":"Shop","callback_url":"https://example.com/"}""", "event_pattern")]
    [InlineData("""{"name":"Shop","event_pattern":"shop.**"}""", "callback_url")]
    [InlineData("""{"name":"Shop","event_pattern":"shop.**","callback_url":"https://example.com/","priority":"high"}""", "priority")]
    [InlineData("""{"name":"Shop","event_pattern":"shop.**","callback_url":"https://example.com/","prority":1}""", "prority")]
    [InlineData("""{"name":7,"event_pattern":"shop.**","callback_url":"https://example.com/"}""", "name")]
    public async Task A_web_hook_that_cannot_be_is_400_and_wakes_no_grain(string body, string field)
    {
        await using var gateway = await Start();
        (await Send(gateway, HttpMethod.Post, "", body)).ShouldRefuse(field);
        gateway.Grains.CallsOf<ISubscriptionGrain>("Create").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_grain_refuses_is_answered_by_field()
    {
        await using var gateway = await Start(grains => grains.On<ISubscriptionGrain>("Create", (_, _) =>
            Task.FromResult<Outcome<CreatedSubscription>>(Failure.Invalid(new FieldError("callback_url", "leads to an address that is not public")))));
        (await Send(gateway, HttpMethod.Post, "", """{"name":"Shop","event_pattern":"shop.**","callback_url":"https://localhost/"}""")).ShouldRefuse("callback_url");
    }

    [Theory]
    [InlineData("GET", "/financial.open-accounts", "", 200, "Get")]
    [InlineData("PATCH", "/financial.open-accounts", """{"priority":9}""", 200, "Change")]
    [InlineData("DELETE", "/financial.open-accounts", "", 204, "Delete")]
    [InlineData("POST", "/financial.open-accounts/pause", "", 200, "Pause")]
    [InlineData("POST", "/financial.open-accounts/resume", "", 200, "Resume")]
    [InlineData("POST", "/financial.open-accounts/skip", "", 200, "Skip")]
    [InlineData("POST", "/financial.open-accounts/skip", """{"event_id":"e1"}""", 200, "Skip")]
    [InlineData("POST", "/financial.open-accounts/rotate-secret", "", 200, "RotateSecret")]
    [InlineData("POST", "/financial.open-accounts/example", "", 200, "Example")]
    [InlineData("POST", "/financial.open-accounts/example", """{"event_type":"shop.order.placed"}""", 200, "Example")]
    [InlineData("POST", "/financial.open-accounts/replay", """{"from":"start","per_second":10}""", 202, "Replay")]
    [InlineData("GET", "/financial.open-accounts/attempts?limit=5", "", 200, "Attempts")]
    [InlineData("GET", "/financial.open-accounts/dead-letters", "", 200, "DeadLetters")]
    [InlineData("POST", "/financial.open-accounts/dead-letters/e1/redeliver", "", 202, "Redeliver")]
    [InlineData("POST", "/financial.open-accounts/dead-letters/redeliver", "", 202, "Redeliver")]
    public async Task Each_route_asks_the_tenant_s_own_grain(string method, string route, string body, int status, string asked)
    {
        await using var gateway = await Start();
        var answer = await Send(gateway, new HttpMethod(method), route, body);
        answer.Status.ShouldBe(status, answer.Text);
        gateway.Grains.CallsOf<ISubscriptionGrain>(asked).ShouldHaveSingleItem().Key.ShouldBe("acme/financial.open-accounts");
        if (method == "GET") return;
        (await Send(gateway, new HttpMethod(method), route, body, TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden")
            .GetProperty("detail").GetString()!.ShouldContain("'events.manage'");
        gateway.Grains.CallsOf<ISubscriptionGrain>(asked).Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_sent_reaches_the_grain_and_what_it_says_the_caller()
    {
        await using var gateway = await Start();
        await Send(gateway, HttpMethod.Patch, "/a", """{"name":"New","event_pattern":"a.*","priority":1,"callback_url":"https://example.com/","stops_on_failure":true}""");
        ArgumentsOf("Change")[0].ShouldBe(new SubscriptionChange
        {
            Name = "New",
            EventPattern = "a.*",
            Priority = 1,
            CallbackUrl = "https://example.com/",
            StopsOnFailure = true,
        });
        await Send(gateway, HttpMethod.Post, "/a/skip", """{"event_id":"e1"}""");
        ArgumentsOf("Skip")[0].ShouldBe("e1");
        await Send(gateway, HttpMethod.Post, "/a/replay", """{"from":"2026-01-31T00:00:00Z","per_second":10}""");
        ArgumentsOf("Replay")[0].ShouldBe(new ReplayRequest("2026-01-31T00:00:00Z", 10));
        (await Send(gateway, HttpMethod.Post, "/a/dead-letters/e1/redeliver")).Text.ShouldBe("""{"count":4}""");
        ArgumentsOf("Redeliver")[0].ShouldBe("e1");
        await Send(gateway, HttpMethod.Post, "/a/dead-letters/redeliver");
        ArgumentsOf("Redeliver")[0].ShouldBeNull();
        (await Send(gateway, HttpMethod.Post, "/a/example")).Text.ShouldBe(
            """{"event_id":"e1","event_type":"shop.order.placed","attempt":2,"at":"1970-01-01T00:00:00.000000Z","status":500,"duration_ms":12,"answer":"oops","error":"answered 500"}""");
        ArgumentsOf("Example")[0].ShouldBeNull();
        (await Send(gateway, HttpMethod.Get, "/a")).Text.ShouldBe(
            """{"id":"financial.open-accounts","name":"Open accounts","event_pattern":"core.**","priority":5,"callback_url":null,"module":"financial","state":"active","reason":null,"position":12,"lag":3,"last_error":null,"last_error_at":null,"retrying":0,"dead_letters":0,"stops_on_failure":false,"created_at":"1970-01-01T00:00:00.000000Z"}""");
        (await Send(gateway, HttpMethod.Get, "/a/dead-letters")).Json.GetProperty("items")[0].EnumerateObject().Select(field => field.Name)
            .ShouldBe(["event", "attempts", "last_error", "parked_at"]);
        (await Send(gateway, HttpMethod.Get, "")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);

        object?[] ArgumentsOf(string method) => gateway.Grains.CallsOf<ISubscriptionGrain>(method).Last().Arguments;
    }

    [Theory]
    [InlineData("PATCH", "/a", """{"state":"paused"}""", "state")]
    [InlineData("PATCH", "/a", """{"priority":"high"}""", "priority")]
    [InlineData("POST", "/a/skip", """{"event_id":"a.b"}""", "event_id")]
    [InlineData("POST", "/a/skip", """{"event":"e1"}""", "event")]
    [InlineData("POST", "/a/example", """{"event_type":"order"}""", "event_type")]
    [InlineData("POST", "/a/replay", """{}""", "from")]
    [InlineData("POST", "/a/replay", """{"from":"start","per_second":"fast"}""", "per_second")]
    [InlineData("GET", "/a/attempts?limit=0", "", "limit")]
    [InlineData("GET", "/a/dead-letters?limit=x", "", "limit")]
    [InlineData("GET", "?limit=501", "", "limit")]
    public async Task What_cannot_be_is_400_and_named(string method, string route, string body, string field)
    {
        await using var gateway = await Start();
        (await Send(gateway, new HttpMethod(method), route, body)).ShouldRefuse(field);
    }

    [Fact]
    public async Task A_body_that_is_needed_cannot_be_left_out()
    {
        await using var gateway = await Start();
        (await Send(gateway, HttpMethod.Post, "/a/replay")).Status.ShouldBe(415);
        (await Send(gateway, HttpMethod.Patch, "/a")).Status.ShouldBe(415);
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    [InlineData("a:b")]
    [InlineData("%C3%BC")]
    [InlineData("..%2Fglobex")]
    [InlineData("121")]
    public async Task What_cannot_be_an_id_is_404_and_wakes_no_grain(string id)
    {
        await using var gateway = await Start();
        if (id == "121") id = new string('a', 121);
        (await Send(gateway, HttpMethod.Get, $"/{id}")).ShouldBeProblem(404, "not-found");
        (await Send(gateway, HttpMethod.Post, $"/{id}/pause")).ShouldBeProblem(404, "not-found");
        (await Send(gateway, HttpMethod.Post, "/a/dead-letters/a.b/redeliver")).ShouldBeProblem(404, "not-found");
        gateway.Grains.Calls.ShouldNotContain(call => call.Grain == typeof(ISubscriptionGrain));
    }

    private static Task<TestAnswer> Send(TestGateway gateway, HttpMethod method, string route, string body = "", params (string Name, string Value)[] headers) => gateway.Send(
        method, Path + route, body.Length > 0 ? TestGateway.Json(body) : null, TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);

    private static Task<TestAnswer> Send(TestGateway gateway, HttpMethod method, string route, string body, string token) =>
        gateway.Send(method, Path + route, body.Length > 0 ? TestGateway.Json(body) : null, token);

    private static Task<TestGateway> Start(Action<FakeGrains>? grains = null) => EventGateway.Start(fakes =>
    {
        foreach (var method in new[] { "Get", "Change", "Delete", "Pause", "Resume", "Replay" })
        {
            fakes.On<ISubscriptionGrain>(method, (_, _) => Task.FromResult<Outcome<SubscriptionView>>(View));
        }
        fakes
            .On<ISubscriptionGrain>("Create", (key, arguments) => Task.FromResult<Outcome<CreatedSubscription>>(Made(key, (NewSubscription)arguments[0]!)))
            .On<ISubscriptionGrain>("RotateSecret", (key, _) => Task.FromResult<Outcome<CreatedSubscription>>(Made(key, new("Shop", "shop.**", "https://example.com/"))))
            .On<ISubscriptionGrain>("Skip", (_, _) => Task.FromResult<Outcome<SubscriptionCount>>(new SubscriptionCount(2)))
            .On<ISubscriptionGrain>("Redeliver", (_, _) => Task.FromResult<Outcome<SubscriptionCount>>(new SubscriptionCount(4)))
            .On<ISubscriptionGrain>("Example", (_, _) => Task.FromResult<Outcome<DeliveryAttempt>>(Attempt))
            .On<ISubscriptionGrain>("Attempts", (_, _) => Task.FromResult<Outcome<Page<DeliveryAttempt>>>(new Page<DeliveryAttempt>([Attempt], null)))
            .On<ISubscriptionGrain>("DeadLetters", (_, _) => Task.FromResult<Outcome<Page<DeadLetter>>>(
                new Page<DeadLetter>([new DeadLetter(EventGateway.Event(1), 10, "answered 500", DateTimeOffset.UnixEpoch)], null)))
            .On<IEventRouterGrain>("List", (_, _) => Task.FromResult<Outcome<Page<SubscriptionView>>>(new Page<SubscriptionView>([View], null)));
        grains?.Invoke(fakes);
    });

    private static CreatedSubscription Made(string key, NewSubscription subscription) =>
        new(GrainKeys.Local(key), subscription.Name, subscription.EventPattern, subscription.Priority, subscription.CallbackUrl, "whsec_x");
}
