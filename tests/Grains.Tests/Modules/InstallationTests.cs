namespace Buildify.Modules;

[Collection(nameof(Platform))]
public class InstallationTests(PlatformFixture platform)
{
    [Fact]
    public async Task Turning_a_module_on_turns_on_what_it_needs_first()
    {
        var tenant = await platform.NewTenant();
        var ledger = await platform.NewModule();
        var stock = await platform.NewModule($$""","depends_on":{"core":"^1.0","{{ledger}}":"^1.0"}""");

        var result = (await platform.TurnOn(tenant, stock)).Value!;

        result.Installation.State.ShouldBe(InstallationState.Done);
        result.Installation.Steps.Select(step => step.Name).ShouldBe([$"enable-dependency:{ledger}", $"enable:{stock}"]);
        result.Installation.Progress.ShouldBe(1);
        (await platform.Tenant(tenant).GetModule(ledger)).Value!.Enabled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_module_that_another_needs_cannot_be_turned_off()
    {
        var tenant = await platform.NewTenant();
        var ledger = await platform.NewModule();
        var stock = await platform.NewModule($$""","depends_on":{"{{ledger}}":"^1.0"}""");
        await platform.TurnOn(tenant, stock);

        var refused = await platform.Installation(tenant, ledger).TurnOff(ifMatch: null, PlatformFixture.Caller);
        refused.Failure!.Code.ShouldBe(FailureCodes.ModuleNeeded);
        refused.Failure.Detail.ShouldContain(stock);

        (await platform.Installation(tenant, stock).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await platform.Installation(tenant, ledger).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Steps_that_failed_before_are_not_told_of_a_change_that_needed_none()
    {
        var tenant = await platform.NewTenant();
        var ledger = await platform.NewModule();
        var stock = await platform.NewModule($$""","depends_on":{"{{ledger}}":"^1.0"}""");
        await platform.TurnOn(tenant, stock);
        (await platform.Installation(tenant, ledger).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldNotBeNull();

        var configured = (await platform.TurnOn(tenant, ledger, """{"a":1}""")).Value!;

        configured.Installation.State.ShouldBe(InstallationState.Done);
        configured.Installation.Action.ShouldBe("configure");
        configured.Tier!.Configuration.Text.ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task A_dependency_that_is_missing_or_too_old_is_named_and_nothing_is_turned_on()
    {
        var tenant = await platform.NewTenant();
        var ledger = await platform.NewModule(version: "1.4.0");
        var stock = await platform.NewModule($$""","depends_on":{"{{ledger}}":"^2.0","nowhere":"*"}""");

        var refused = (await platform.TurnOn(tenant, stock)).Failure!;

        refused.Code.ShouldBe(FailureCodes.DependencyMissing);
        refused.Detail.ShouldContain("1.4.0 is installed");
        refused.Detail.ShouldContain("nowhere");
        (await platform.Tenant(tenant).GetModule(ledger)).Failure!.Code.ShouldBe(FailureCodes.ModuleNotEnabled);
    }

    [Fact]
    public async Task A_cycle_is_refused_when_the_module_that_closes_it_is_registered()
    {
        var (a, b) = (PlatformFixture.NewId("m"), PlatformFixture.NewId("m"));
        await platform.NewModule($$""","depends_on":{"{{b}}":"^1.0"}""", a);

        var refused = (await platform.Register($$"""{"name":"{{b}}","display_name":"B","version":"1.0.0","depends_on":{"{{a}}":"^1.0"} }""")).Failure!;

        refused.Errors.ShouldHaveSingleItem().Field.ShouldBe($"depends_on.{a}");
    }

    [Fact]
    public async Task Of_two_registrations_at_once_that_close_a_cycle_one_is_refused()
    {
        for (var round = 0; round < 10; round++)
        {
            var (a, b) = (PlatformFixture.NewId("m"), PlatformFixture.NewId("m"));
            var outcomes = await Task.WhenAll(
                platform.Register($$"""{"name":"{{a}}","display_name":"A","version":"1.0.0","depends_on":{"{{b}}":"^1.0"} }"""),
                platform.Register($$"""{"name":"{{b}}","display_name":"B","version":"1.0.0","depends_on":{"{{a}}":"^1.0"} }"""));
            outcomes.Count(outcome => outcome.Succeeded).ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_same_manifest_again_is_no_change_and_another_needs_a_higher_version()
    {
        var name = await platform.NewModule(""","configuration":{"a":1}""");

        (await platform.Register($$"""{"version":"1.0.0","name":"{{name}}","display_name":"A module","configuration":{"a":1} }""")).Value!.Created.ShouldBeFalse();
        (await platform.Register($$"""{"name":"{{name}}","display_name":"A module","version":"1.0.0","configuration":{"a":2} }""")).Failure!.Code.ShouldBe(FailureCodes.VersionConflict);
        (await platform.Register($$"""{"name":"{{name}}","display_name":"A module","version":"1.1.0","configuration":{"a":2} }""")).Value!.Module.Version.ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_new_manifest_is_in_every_company_before_it_is_answered()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule(""","configuration":{"a":1}""");
        await platform.TurnOn(tenant, module);
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        (await company.GetConfiguration(module)).Value!.Configuration.Text.ShouldBe("""{"a":1}""");

        await platform.NewModule(""","configuration":{"a":2}""", module, "1.1.0");

        (await company.GetConfiguration(module)).Value!.Configuration.Text.ShouldBe("""{"a":2}""");
        (await platform.Tenant(tenant).GetModule(module)).Value!.Version.ShouldBe("1.1.0");
    }

    [Fact]
    public async Task Turning_off_keeps_the_configuration_and_purging_forgets_it()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule();
        await platform.TurnOn(tenant, module, """{"a":1}""");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        await company.SetModule(PlatformFixture.Tier(module, """{"b":1}"""), PlatformFixture.Caller);
        var installation = platform.Installation(tenant, module);

        (await installation.Purge(module, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.ModuleEnabled);
        await installation.TurnOff(ifMatch: null, PlatformFixture.Caller);
        (await platform.Tenant(tenant).GetModule(module)).Value!.Configuration.Text.ShouldBe("""{"a":1}""");
        (await installation.Purge("other", PlatformFixture.Caller)).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("confirm");

        (await installation.Purge(module, PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await platform.Tenant(tenant).GetModule(module)).Failure!.Code.ShouldBe(FailureCodes.ModuleNotEnabled);
        await platform.TurnOn(tenant, module);
        (await company.GetConfiguration(module)).Value!.Configuration.Text.ShouldBe("{}");
    }

    [Fact]
    public async Task What_did_not_fail_is_not_retried() =>
        (await platform.Installation(await platform.NewTenant(), "none").Retry(PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.NothingToRetry);
}
