namespace Buildify.Routes;

[Collection(nameof(Platform))]
public class ModuleRouteTests(PlatformFixture platform)
{
    [Fact]
    public async Task One_call_rolls_back_and_one_more_rolls_forward()
    {
        var module = await platform.NewModule();
        var route = Route(module);
        var first = (await route.Set(Rule(25), null, PlatformFixture.Caller)).Value!;
        first.Previous.ShouldBeNull();
        var second = (await route.Set(Rule(50), null, PlatformFixture.Caller)).Value!;
        second.Previous.ShouldBe(Rule(25));

        var back = (await route.Rollback(null, PlatformFixture.Caller)).Value!;
        (back.Rule, back.Previous).ShouldBe((Rule(25), Rule(50)));
        (await route.GetRule()).ShouldBe(Rule(25));
        (await route.Rollback(null, PlatformFixture.Caller)).Value!.Rule.ShouldBe(Rule(50));
    }

    [Fact]
    public async Task The_first_rule_is_rolled_back_to_none_and_a_removed_one_comes_back()
    {
        var route = Route(await platform.NewModule());
        (await route.Rollback(null, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.NothingToRollBack);
        await route.Set(Rule(25), null, PlatformFixture.Caller);
        (await route.Rollback(null, PlatformFixture.Caller)).Value!.Rule.ShouldBeNull();
        await route.Set(Rule(30), null, PlatformFixture.Caller);
        (await route.Remove(null, PlatformFixture.Caller)).Value!.Rule.ShouldBeNull();
        (await route.GetRule()).ShouldBeNull();
        (await route.Rollback(null, PlatformFixture.Caller)).Value!.Rule.ShouldBe(Rule(30));
    }

    [Fact]
    public async Task The_same_rule_again_pushes_nothing_out()
    {
        var route = Route(await platform.NewModule());
        await route.Set(Rule(25), null, PlatformFixture.Caller);
        var second = (await route.Set(Rule(50, "b", "a"), null, PlatformFixture.Caller)).Value!;
        var again = (await route.Set(Rule(50, "a", "b", "a"), null, PlatformFixture.Caller)).Value!;
        again.Revision.ShouldBe(second.Revision);
        again.Previous.ShouldBe(Rule(25));
    }

    [Fact]
    public async Task A_change_from_a_stale_revision_is_refused()
    {
        var route = Route(await platform.NewModule());
        var first = (await route.Set(Rule(25), ifMatch: "0", PlatformFixture.Caller)).Value!;
        (await route.Set(Rule(50), ifMatch: "0", PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
        (await route.Set(Rule(50), first.Revision, PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await route.Remove(first.Revision, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
        (await route.Rollback(first.Revision, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_rule_is_told_at_once()
    {
        var route = Route(await platform.NewModule());
        var refused = (await route.Set(new(RouteDestination.Backend, "ftp://x", 101, ["No Slug"]), null, PlatformFixture.Caller)).Failure!;
        refused.Errors.Select(error => error.Field).ShouldBe(["percentage", "address", "tenants"]);
    }

    [Theory]
    [InlineData(RouteDestination.Backend, null)]
    [InlineData(RouteDestination.Backend, "http://user:secret@legacy")]
    [InlineData(RouteDestination.Backend, "http://legacy?x=1")]
    [InlineData(RouteDestination.Backend, "/relative")]
    [InlineData(RouteDestination.Grains, "http://legacy")]
    public async Task An_address_that_cannot_be_is_refused(RouteDestination to, string? address)
    {
        var route = Route(await platform.NewModule());
        (await route.Set(new(to, address, 100, []), null, PlatformFixture.Caller)).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("address");
    }

    [Fact]
    public async Task A_module_with_a_backend_has_that_for_its_home()
    {
        var route = Route(await platform.NewModule(""","backend":{"type":"microservice","port":8002}"""));
        var set = (await route.Set(new(RouteDestination.Grains, null, 10, []), null, PlatformFixture.Caller)).Value!;
        set.Home.ShouldBe(new RouteHome(RouteDestination.Backend, $"http://{set.Module}-module:8002"));
        (await route.Set(new(RouteDestination.Backend, null, 100, []), null, PlatformFixture.Caller)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_module_that_is_not_installed_has_no_route()
    {
        (await Route("nowhere").Get()).Failure!.Code.ShouldBe(FailureCodes.NotFound);
        (await Route("nowhere").Set(Rule(1), null, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.NotFound);
    }

    [Fact]
    public async Task A_rule_survives_its_grain()
    {
        var module = await platform.NewModule();
        await Route(module).Set(Rule(25, "acme"), null, PlatformFixture.Caller);
        await platform.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        (await Route(module).GetRule()).ShouldBe(Rule(25, "acme"));
    }

    private static RouteRule Rule(int percentage, params string[] tenants) => new(RouteDestination.Backend, "http://legacy:8002", percentage, [.. tenants]);

    private IModuleRouteGrain Route(string module) => platform.Grains.GetGrain<IModuleRouteGrain>(GrainKeys.ModuleRoute(module));
}
