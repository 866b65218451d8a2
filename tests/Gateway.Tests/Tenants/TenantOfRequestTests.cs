using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Directories;
using Buildify.Gateway.Fakes;
using Buildify.Identity;
using Buildify.Tenants;

namespace Buildify.Gateway.Tenants;

public sealed class TenantOfRequestTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(grains => grains.On<ITenantDirectoryGrain>(
        "Companies", (_, _) => Task.FromResult<Outcome<Page<Company>>>(new Page<Company>(ImmutableArray<Company>.Empty, null))));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task It_is_the_token_s()
    {
        (await List(TestGateway.MemberToken)).Status.ShouldBe(200);
        _gateway.Grains.CallsOf<ITenantDirectoryGrain>("Companies").Single().Key.ShouldBe("tenant:acme");
    }

    [Fact]
    public async Task A_platform_administrator_names_one()
    {
        (await List(TestGateway.AdministratorToken, "acme")).Status.ShouldBe(200);
        (await List(TestGateway.AdministratorToken)).ShouldBeProblem(400, "tenant-needed").GetProperty("errors").GetProperty("X-Tenant");
        (await List(TestGateway.AdministratorToken, "nobody")).ShouldBeProblem(404, "not-found");
        (await List(TestGateway.AdministratorToken, "No Slug")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Nobody_else_names_another()
    {
        (await List(TestGateway.MemberToken, "acme")).Status.ShouldBe(200);
        (await List(TestGateway.MemberToken, "closed")).ShouldBeProblem(403, "forbidden");
        (await List(TestGateway.MemberToken, "nobody")).ShouldBeProblem(403, "forbidden");
        _gateway.Grains.CallsOf<ITenantGrain>("GetState").ShouldAllBe(call => call.Key == "tenant:acme");
    }

    [Fact]
    public async Task A_token_for_no_tenant_opens_none()
    {
        (await List(TestGateway.Keys.Sign("eve"))).ShouldBeProblem(403, "forbidden");
        (await List(TestGateway.Keys.Sign("eve"), "acme")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_suspended_tenant_is_let_through_nowhere() =>
        (await List(TestGateway.Keys.Sign("bob", tenant: "closed"))).ShouldBeProblem(403, FailureCodes.TenantSuspended);

    [Fact]
    public async Task Tenants_are_for_those_who_run_the_platform()
    {
        (await _gateway.Get("/api/v1/tenants", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
        (await _gateway.Post("/api/v1/modules", "{}", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
        var owner = TestGateway.Keys.Sign("owner", "acme", ["owner", "admin", TokenClaims.PlatformAdministrator + "s"]);
        (await _gateway.Get("/api/v1/tenants", owner)).ShouldBeProblem(403, "forbidden");
    }

    private Task<TestAnswer> List(string token, string? header = null) =>
        _gateway.Get("/api/v1/companies", token, header is null ? [] : [("X-Tenant", header)]);
}
