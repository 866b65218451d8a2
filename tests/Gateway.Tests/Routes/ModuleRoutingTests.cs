using System.Collections.Immutable;
using Buildify.Directories;
using Buildify.Gateway.Fakes;
using Buildify.Modules;
using Buildify.Routes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Gateway.Routes;

/// <summary>Of a module whose home is this process: whose requests leave it.</summary>
public sealed class ModuleRoutingTests : IAsyncLifetime
{
    private readonly FakeModule _module = new("notes");
    private readonly TestTime _time = new();
    private TestBackend _backend = null!;
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.Start(http => http.Response.WriteAsync("foreign"));
        _gateway = await TestGateway.Start(
            _module.AddTo, services: services => services.AddSingleton<TimeProvider>(_time),
            map: app => app.MapGet("/api/v1/notes/{**path}", () => "grains").AllowAnonymous());
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_rule_all_is_served_here()
    {
        (await Get("/api/v1/notes/1")).Text.ShouldBe("grains");
        (await _gateway.Get("/api/v1/notes/1")).Text.ShouldBe("grains");
        (await _gateway.Post("/api/v1/notes/1", "{}", TestGateway.MemberToken)).ShouldBeProblem(405, "method-not-allowed");
    }

    [Fact]
    public async Task A_rule_takes_whom_it_is_for_and_nobody_else()
    {
        _module.Rule = new(RouteDestination.Backend, _backend.Address, 0, ["acme"]);
        (await Get("/api/v1/notes/1")).Text.ShouldBe("foreign");
        (await Get("/API/v1/Notes/1")).Text.ShouldBe("foreign");
        (await _gateway.Get("/api/v1/notes/1", TestGateway.Keys.Sign("eve", "other"))).Text.ShouldBe("grains");
        (await _gateway.Get("/api/v1/notes/1", TestGateway.AdministratorToken, ("X-Tenant", "acme"))).Text.ShouldBe("foreign");
    }

    [Fact]
    public async Task A_method_that_this_process_does_not_know_is_the_backend_s_to_judge()
    {
        _module.Rule = new(RouteDestination.Backend, _backend.Address, 100, []);
        (await _gateway.Post("/api/v1/notes/1", "not json", TestGateway.MemberToken)).Text.ShouldBe("foreign");
    }

    [Fact]
    public async Task Authorization_holds_for_what_is_forwarded_although_the_route_here_is_public()
    {
        _module.Rule = new(RouteDestination.Backend, _backend.Address, 100, []);
        (await _gateway.Get("/api/v1/notes/1")).Text.ShouldBe("grains");
        (await _gateway.Get("/api/v1/notes/1", TestGateway.Keys.Sign("bob", "closed"))).ShouldBeProblem(403, "tenant-suspended");
    }

    [Fact]
    public async Task A_path_that_is_not_known_is_asked_for_once_a_second_and_the_platform_s_own_never()
    {
        await _gateway.Get("/ping");
        await Get("/api/v1/auth/me");
        Reads().ShouldBe(0);
        for (var i = 0; i < 5; i++) (await Get("/api/v1/other")).Status.ShouldBe(404);
        Reads().ShouldBe(1);
        _gateway.Grains.On<IDirectoryGrain>("ModulePrefixes", (_, _) => Task.FromResult<ImmutableArray<ModulePrefix>>([new("other", "/api/v1/other", false), new("deep", "/api/v1/other/deep", true)]));
        _time.Advance(TimeSpan.FromSeconds(2));
        (await _gateway.Get("/api/v1/other")).ShouldBeProblem(401, "unauthorized");
        (await _gateway.Get("/api/v1/other/deep")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task What_was_known_holds_while_the_cluster_is_away()
    {
        (await Get("/api/v1/notes/1")).Text.ShouldBe("grains");
        _gateway.Grains.On<IDirectoryGrain>("ModulePrefixes", (_, _) => Task.FromException<ImmutableArray<ModulePrefix>>(new TimeoutException()));
        _time.Advance(TimeSpan.FromMinutes(1));
        (await Get("/api/v1/notes/1")).Text.ShouldBe("grains");
        (await Get("/nothing")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_registered_module_is_found_by_the_very_next_request()
    {
        (await Get("/api/v1/fresh")).Status.ShouldBe(404);
        var module = new FakeModule("fresh", _backend.Address);
        module.AddTo(_gateway.Grains);
        _gateway.Grains.On<IModuleRegistryGrain>("Register", (_, _) => Task.FromResult<Outcome<Registration>>(new Failure(FailureCodes.VersionConflict, "known")));
        await _gateway.Post("/api/v1/modules", """{"name":"fresh"}""", TestGateway.AdministratorToken);
        (await Get("/api/v1/fresh")).Text.ShouldBe("foreign");
    }

    [Fact]
    public void Every_route_of_the_gateway_is_the_platform_s_own()
    {
        var routes = _gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/')).Where(path => !path.StartsWith("/api/v1/notes/", StringComparison.Ordinal)).ToList();
        routes.Count.ShouldBeGreaterThan(30);
        routes.ShouldAllBe(path => PlatformRoutes.Owns(path));
    }

    private int Reads() => _gateway.Grains.CallsOf<IDirectoryGrain>("ModulePrefixes").Count();

    private Task<TestAnswer> Get(string path) => _gateway.Get(path, TestGateway.MemberToken);
}
