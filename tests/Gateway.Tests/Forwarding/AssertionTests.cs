using Buildify.ForeignBackend;
using Buildify.Gateway.Fakes;
using Buildify.Identity;
using Microsoft.AspNetCore.Builder;

namespace Buildify.Gateway.Forwarding;

public sealed class AssertionTests
{
    [Fact]
    public async Task A_backend_learns_who_calls_from_a_token_it_can_verify()
    {
        await using var gateway = await TestGateway.Start();
        await using var backend = await StartBackend(gateway);
        new FakeModule("legacy", backend.Urls.First()).AddTo(gateway.Grains);

        var seen = (await gateway.Get("/api/v1/legacy/things?company_id=berlin", TestGateway.MemberToken)).Json;

        seen.GetProperty("subject").GetString().ShouldBe("bob");
        seen.GetProperty("tenant").GetString().ShouldBe("acme");
        seen.GetProperty("roles")[0].GetString().ShouldBe("member");
        seen.GetProperty("headers").GetProperty("Authorization").GetString()!.ShouldNotContain(TestGateway.MemberToken);
        var claims = (TokenClaims)gateway.Grains.CallsOf<ISigningKeyGrain>("Sign").ShouldHaveSingleItem().Arguments[0]!;
        claims.Audience.ShouldBe("module:legacy");
        claims.LifetimeSeconds.ShouldBeInRange(60, 120);
    }

    [Fact]
    public async Task The_gateway_does_not_take_an_assertion_for_a_token()
    {
        await using var gateway = await TestGateway.Start();
        await using var backend = await StartBackend(gateway);
        new FakeModule("legacy", backend.Urls.First()).AddTo(gateway.Grains);
        var assertion = (await gateway.Get("/api/v1/legacy", TestGateway.MemberToken)).Json.GetProperty("headers").GetProperty("Authorization").GetString()!["Bearer ".Length..];

        (await gateway.Get("/api/v1/auth/me", assertion)).ShouldBeProblem(401, "unauthorized");
        (await gateway.Get("/api/v1/legacy", assertion)).ShouldBeProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_backend_takes_neither_a_user_s_token_nor_another_module_s_assertion()
    {
        await using var gateway = await TestGateway.Start();
        await using var backend = await StartBackend(gateway);
        using var direct = new HttpClient { BaseAddress = new Uri(backend.Urls.First()) };
        foreach (var token in new[] { TestGateway.MemberToken, TestGateway.Keys.Sign("bob", "acme", audience: "module:other") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/legacy/x");
            request.Headers.Authorization = new("Bearer", token);
            request.Headers.Add("X-Tenant", "acme");
            (await direct.SendAsync(request)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task One_assertion_serves_until_half_of_its_life_is_over()
    {
        await using var gateway = await ForwardingGateway.Start(_ => Task.CompletedTask);
        await gateway.Get();
        await gateway.Get();
        Signed().ShouldBe(1);
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        await gateway.Get();
        Signed().ShouldBe(2);
        await gateway.Gateway.Get("/api/v1/legacy", TestGateway.Keys.Sign("bob", "acme", ["owner"]));
        Signed().ShouldBe(3);

        int Signed() => gateway.Gateway.Grains.CallsOf<ISigningKeyGrain>("Sign").Count();
    }

    private static async Task<WebApplication> StartBackend(TestGateway gateway)
    {
        var keys = new Uri(gateway.Client.BaseAddress!, "/.well-known/jwks.json");
        var backend = LegacyBackend.Build(["--urls", "http://127.0.0.1:0", "--module", "legacy", "--keys", keys.ToString()]);
        await backend.StartAsync();
        return backend;
    }
}
