using System.Text.Json;
using Buildify.Companies;
using Buildify.Gateway.Fakes;
using Buildify.Idempotency;
using Buildify.Modules;

namespace Buildify.Gateway.Idempotency;

public sealed class IdempotentTests : IAsyncLifetime
{
    private const string Body = """{"id":"berlin","display_name":"Berlin"}""";

    private static readonly Guid Claim = Guid.NewGuid();
    private static readonly Company Berlin = new("berlin", "acme", "Berlin", "DE", null, CompanyState.Active, DateTimeOffset.UnixEpoch);

    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await TestGateway.Start(grains => grains
            .On<ICompanyGrain>("Create", (_, _) => Task.FromResult<Outcome<Company>>(Berlin))
            .On<IIdempotencyGrain>("End", (_, _) => Task.CompletedTask));
        Decide(IdempotencyVerdict.Proceed);
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Without_a_key_nothing_is_stamped()
    {
        (await Create(null)).Status.ShouldBe(201);
        Created.Single().Arguments[2].ShouldBeNull();
        _gateway.Grains.CallsOf<IIdempotencyGrain>("Begin").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_key_goes_along_with_the_effect_and_its_claim_ends()
    {
        var answer = await Create("key-1");
        answer.Status.ShouldBe(201);
        answer.Headers.ShouldNotContainKey(Idempotent.ReplayedHeader);

        var begin = _gateway.Grains.CallsOf<IIdempotencyGrain>("Begin").Single();
        begin.Key.ShouldBe(GrainKeys.Idempotency("acme", "bob", "key-1"));
        var stamp = Created.Single().Arguments[2].ShouldBeOfType<IdempotencyStamp>();
        stamp.ShouldBe(new IdempotencyStamp(GrainKeys.IdempotencyScope("acme", "bob"), "key-1", (string)begin.Arguments[0]!, 201));
        _gateway.Grains.CallsOf<IIdempotencyGrain>("End").Single().Arguments[0].ShouldBe(Claim);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_makes_no_effect()
    {
        var first = await Create("key-1");
        Decide(IdempotencyVerdict.Replay, new JsonText(JsonSerializer.Serialize(Berlin, BuildifyJson.Options)));
        var second = await Create("key-1");

        Created.Count().ShouldBe(1);
        second.Status.ShouldBe(first.Status);
        second.Text.ShouldBe(first.Text);
        second.Headers["Location"].ShouldBe(first.Headers["Location"]);
        second.Headers[Idempotent.ReplayedHeader].ShouldBe("true");
    }

    [Fact]
    public async Task A_module_s_registration_is_repeated_with_its_status()
    {
        var module = new Module("notes", "Notes", "1.0.0", null, ModuleState.Installed, Empty<string>(), Empty<FeatureRead>(), Empty<string>(),
            new ModuleBackend("grains", "/api/v1/notes", null), JsonText.EmptyObject, null, null);
        foreach (var created in new[] { true, false })
        {
            Decide(IdempotencyVerdict.Replay, new JsonText(JsonSerializer.Serialize(new Registration(module, created), BuildifyJson.Options)));
            var answer = await _gateway.Post("/api/v1/modules", """{"name":"notes"}""", TestGateway.AdministratorToken, (IdempotencyKey.Header, "k"));
            answer.Status.ShouldBe(created ? 201 : 200);
            answer.Json.GetProperty("name").GetString().ShouldBe("notes");
        }
    }

    [Fact]
    public async Task A_request_that_is_running_is_409()
    {
        Decide(IdempotencyVerdict.InProgress);
        (await Create("key-1")).ShouldBeProblem(409, FailureCodes.IdempotencyConflict);
        Created.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_was_used_for_something_else_is_422()
    {
        Decide(IdempotencyVerdict.Mismatch);
        (await Create("key-1")).ShouldBeProblem(422, "idempotency-mismatch");
        Created.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_claim_ends_where_the_effect_fails()
    {
        _gateway.Grains.On<ICompanyGrain>("Create", (_, _) => Task.FromException<Outcome<Company>>(new TimeoutException()));
        (await Create("key-1")).ShouldBeProblem(503, "unavailable");
        _gateway.Grains.CallsOf<IIdempotencyGrain>("End").Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_that_cannot_be_ended_costs_nobody_the_answer()
    {
        _gateway.Grains.On<IIdempotencyGrain>("End", (_, _) => Task.FromException(new TimeoutException()));
        (await Create("key-1")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_key_that_is_none_is_400() => (await Create("")).ShouldRefuse("Idempotency-Key");

    [Fact]
    public async Task A_key_of_256_characters_is_400() => (await Create(new string('k', 256))).ShouldRefuse("Idempotency-Key");

    [Theory]
    [InlineData("a key, ~", true)]
    [InlineData("sch\u00f6n", false)]
    [InlineData("tab\t", false)]
    public void A_key_is_printable_ASCII(string key, bool isGood)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers[IdempotencyKey.Header] = key;
        IdempotencyKey.Read(http.Request, out var refusal).ShouldBe(isGood ? key : null);
        (refusal is null).ShouldBe(isGood);
    }

    [Fact]
    public void What_asks_for_something_else_has_another_fingerprint()
    {
        var prints = new[]
        {
            Fingerprint.Of("POST", "/a", "{}"u8), Fingerprint.Of("PUT", "/a", "{}"u8), Fingerprint.Of("POST", "/b", "{}"u8), Fingerprint.Of("POST", "/a", "{ }"u8),
        };
        prints.Distinct().Count().ShouldBe(4);
        prints.ShouldAllBe(print => print.Length == 64);
    }

    private IEnumerable<FakeCall> Created => _gateway.Grains.CallsOf<ICompanyGrain>("Create");

    private void Decide(IdempotencyVerdict verdict, JsonText? response = null) =>
        _gateway.Grains.On<IIdempotencyGrain>("Begin", (_, _) => Task.FromResult(new IdempotencyDecision(verdict, Claim, response)));

    private Task<TestAnswer> Create(string? key) =>
        _gateway.Post("/api/v1/companies", Body, TestGateway.MemberToken, key is null ? [] : [(IdempotencyKey.Header, key)]);

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, T> Empty<T>() => System.Collections.Immutable.ImmutableSortedDictionary<string, T>.Empty;
}
