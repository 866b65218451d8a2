using System.Text;
using Buildify.Gateway.Fakes;
using Buildify.Identity;

namespace Buildify.Gateway.Identity;

public sealed class BearerTokenTests
{
    [Fact]
    public async Task Without_a_token_every_closed_route_is_401()
    {
        await using var gateway = await TestGateway.Start();
        foreach (var path in new[] { "/api/v1/auth/me", "/api/v1/tenants", "/api/v1/companies", "/api/v1/modules", "/api/v1/companies/a/modules/b/configuration" })
        {
            var answer = await gateway.Get(path);
            answer.ShouldBeProblem(401, "unauthorized");
            answer.Headers["WWW-Authenticate"].ShouldStartWith("Bearer");
        }
        gateway.Grains.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_says_who_asks()
    {
        await using var gateway = await TestGateway.Start();
        var me = (await gateway.Get("/api/v1/auth/me", TestGateway.MemberToken)).Json;
        me.GetProperty("subject").GetString().ShouldBe("bob");
        me.GetProperty("tenant").GetString().ShouldBe("acme");
        me.GetProperty("roles")[0].GetString().ShouldBe("member");
    }

    [Fact]
    public async Task A_token_that_is_not_good_is_401_the_second_time_too()
    {
        await using var gateway = await TestGateway.Start();
        var past = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5);
        var good = TestGateway.MemberToken.Split('.');
        var tokens = new Dictionary<string, string>
        {
            ["expired"] = TestGateway.Keys.Sign("bob", expires: past),
            ["another key"] = new TestKeys("test-key").Sign("bob"),
            ["a key that is not there"] = new TestKeys("other").Sign("bob"),
            ["another issuer"] = TestGateway.Keys.Sign("bob", issuer: "someone"),
            ["another audience"] = TestGateway.Keys.Sign("bob", audience: "someone"),
            ["no signature"] = $"{Encode("""{"alg":"none","kid":"test-key"}""")}.{good[1]}.",
            ["other claims"] = $"{good[0]}.{Encode("""{"sub":"eve","iss":"buildify","aud":"buildify","exp":9999999999}""")}.{good[2]}",
            ["no token"] = "abc",
            ["dots"] = "a.b.c",
        };
        foreach (var (name, token) in tokens)
        {
            for (var i = 0; i < 2; i++) (await gateway.Get("/api/v1/auth/me", token)).Status.ShouldBe(401, name);
        }
    }

    [Fact]
    public async Task Unknown_key_ids_do_not_make_the_keys_be_read_again_and_again()
    {
        await using var gateway = await TestGateway.Start();
        for (var i = 0; i < 10; i++) await gateway.Get("/api/v1/auth/me", new TestKeys($"made-up-{i}").Sign("bob"));
        gateway.Grains.CallsOf<ISigningKeyGrain>("GetPublicKeys").Count().ShouldBe(1);
    }

    [Fact]
    public async Task While_the_keys_cannot_be_read_a_token_is_not_called_bad()
    {
        await using var gateway = await TestGateway.Start(grains => grains.On<ISigningKeyGrain>("GetPublicKeys", (_, _) => Task.FromException<JsonText>(new TimeoutException())));
        (await gateway.Get("/api/v1/auth/me", TestGateway.MemberToken)).ShouldBeProblem(503, "unavailable");
        (await gateway.Get("/ping", TestGateway.MemberToken)).Status.ShouldBe(200);

        gateway.Grains.On<ISigningKeyGrain>("GetPublicKeys", (_, _) => Task.FromResult(TestKeys.SetOf(TestGateway.Keys)));
        (await gateway.Get("/api/v1/auth/me", TestGateway.MemberToken)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_public_keys_are_public()
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Get("/.well-known/jwks.json");
        answer.Json.GetProperty("keys")[0].GetProperty("kid").GetString().ShouldBe("test-key");
        answer.Text.ShouldNotContain("\"d\"");
    }

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
