using Buildify.Tenants;
using Orleans.Storage;

namespace Buildify.Companies;

[Collection(nameof(Platform))]
public class ConfigurationTests(PlatformFixture platform)
{
    private const string Defaults = ""","configuration":{"currency":"USD","tax_rate":0,"invoice_prefix":"INV"}""";

    [Fact]
    public async Task The_guide_s_worked_example_comes_out_of_grains()
    {
        var (tenant, module) = await TenantWithModule("""{"currency":"EUR","tax_rate":0.20}""");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        (await company.SetModule(PlatformFixture.Tier(module, """{"tax_rate":0.19,"invoice_prefix":"DE-INV"}"""), PlatformFixture.Caller)).Failure.ShouldBeNull();

        var effective = (await company.GetConfiguration(module)).Value!;

        effective.Configuration.Text.ShouldBe("""{"currency":"EUR","tax_rate":0.19,"invoice_prefix":"DE-INV"}""");
        effective.Provenance["currency"].ShouldBe("tenant");
        effective.Provenance["tax_rate"].ShouldBe("company");
    }

    [Fact]
    public async Task A_change_to_the_tenant_s_tier_is_in_every_company_before_it_is_answered()
    {
        var (tenant, module) = await TenantWithModule("{}");
        string[] ids = ["a", "b", "c", "d", "e"];
        foreach (var id in ids) await platform.NewCompany(tenant, id);
        foreach (var id in ids) (await platform.Company(tenant, id).GetConfiguration(module)).Value!.Configuration.Text.ShouldContain("USD");

        for (var round = 0; round < 20; round++)
        {
            (await platform.TurnOn(tenant, module, $$"""{"round":{{round}}}""")).Failure.ShouldBeNull();
            foreach (var id in ids)
            {
                (await platform.Company(tenant, id).GetConfiguration(module)).Value!.Configuration.Text.ShouldContain($"\"round\":{round}}}");
            }
        }
    }

    [Fact]
    public async Task A_tenant_that_was_activated_anew_tells_the_companies_that_followed_the_activation_before()
    {
        var (tenant, module) = await TenantWithModule("{}");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        await company.GetConfiguration(module);

        // Behind the grain's back: its next write is refused, it leaves memory, and knows nobody when it comes back.
        await platform.Platform.Database.ExecuteAsync(
            "UPDATE grain_state SET version = version + 1 WHERE kind = 'tenant' AND key = $1", GrainKeys.Tenant(tenant));
        await Should.ThrowAsync<InconsistentStateException>(() => platform.TurnOn(tenant, module, """{"lost":true}"""));
        (await platform.TurnOn(tenant, module, """{"after":"reactivation"}""")).Failure.ShouldBeNull();

        (await company.GetConfiguration(module)).Value!.Configuration.Text.ShouldContain("reactivation");
    }

    [Fact]
    public async Task Reads_while_the_tenant_changes_show_the_old_or_the_new_and_afterwards_the_new()
    {
        var (tenant, module) = await TenantWithModule("""{"n":0}""");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = 0;
            while (!stop.IsCancellationRequested)
            {
                var text = (await company.GetConfiguration(module)).Value!.Configuration.Text;
                var n = int.Parse(text[(text.IndexOf("\"n\":", StringComparison.Ordinal) + 4)..^1]);
                n.ShouldBeGreaterThanOrEqualTo(seen, "a configuration went back in time");
                seen = n;
            }
        });

        for (var n = 1; n <= 30; n++)
        {
            await platform.TurnOn(tenant, module, $$"""{"n":{{n}}}""");
            (await company.GetConfiguration(module)).Value!.Configuration.Text.ShouldContain($"\"n\":{n}}}");
        }
        await stop.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task A_module_that_is_off_for_the_tenant_or_the_company_answers_nothing()
    {
        var (tenant, module) = await TenantWithModule("{}");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));

        (await company.SetModule(PlatformFixture.Tier(module, enabled: false), PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await company.GetConfiguration(module)).Failure!.Code.ShouldBe(FailureCodes.ModuleNotEnabled);

        await company.RemoveModule(module, ifMatch: null, PlatformFixture.Caller);
        (await company.GetConfiguration(module)).Failure.ShouldBeNull();

        (await platform.Installation(tenant, module).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await company.GetConfiguration(module)).Failure!.Code.ShouldBe(FailureCodes.ModuleNotEnabled);
    }

    [Fact]
    public async Task Suspending_the_tenant_stops_its_companies_and_activating_it_starts_them_again()
    {
        var (tenant, module) = await TenantWithModule("{}");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        (await company.GetConfiguration(module)).Failure.ShouldBeNull();

        await platform.Tenant(tenant).Change(new TenantChange(State: TenantState.Suspended), PlatformFixture.Caller);
        (await company.GetConfiguration(module)).Failure!.Code.ShouldBe(FailureCodes.TenantSuspended);

        await platform.Tenant(tenant).Change(new TenantChange(State: TenantState.Active), PlatformFixture.Caller);
        (await company.GetConfiguration(module)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_stale_revision_is_refused_and_a_revision_is_never_used_twice()
    {
        var (tenant, module) = await TenantWithModule("{}");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        var first = (await company.SetModule(PlatformFixture.Tier(module, """{"a":1}"""), PlatformFixture.Caller)).Value!;
        var second = (await company.SetModule(PlatformFixture.Tier(module, """{"a":2}""", ifMatch: first.Revision), PlatformFixture.Caller)).Value!;

        (await company.SetModule(PlatformFixture.Tier(module, """{"a":3}""", ifMatch: first.Revision), PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
        await company.RemoveModule(module, second.Revision, PlatformFixture.Caller);
        var third = (await company.SetModule(PlatformFixture.Tier(module, """{"a":1}"""), PlatformFixture.Caller)).Value!;
        new[] { first.Revision, second.Revision, third.Revision }.ShouldBeUnique();
    }

    [Fact]
    public async Task The_schema_is_held_against_the_merged_tiers_with_the_path_of_each_error()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule(""","configuration":{"tax_rate":0},"configuration_schema":{"properties":{"tax_rate":{"type":"number","maximum":1},"mail":{"properties":{"retries":{"type":"integer"}}}}}""");

        var errors = (await platform.TurnOn(tenant, module, """{"tax_rate":19,"mail":{"retries":"many"}}""")).Failure!.Errors;

        errors.Select(error => error.Field).ShouldBe(["configuration.mail.retries", "configuration.tax_rate"], ignoreOrder: true);
        (await platform.Tenant(tenant).GetModule(module)).Failure!.Code.ShouldBe(FailureCodes.ModuleNotEnabled);
    }

    [Fact]
    public async Task Features_are_merged_like_configuration_and_an_unknown_one_is_refused_with_the_nearest()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule(""","features":{"multi_currency":{"default":false},"reminders":true}""");
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        var on = new Modules.TierChange(module, Enabled: null, JsonText.EmptyObject, ["multi_currency"], ["reminders"]);
        (await platform.Installation(tenant, module).TurnOn(on, PlatformFixture.Caller)).Failure.ShouldBeNull();

        (await company.GetConfiguration(module)).Value!.Features.ShouldBe([new("multi_currency", true), new("reminders", false)]);
        var typo = on with { EnabledFeatures = ["multi_curency"], DisabledFeatures = [] };
        (await company.SetModule(typo, PlatformFixture.Caller)).Failure!.Errors.ShouldHaveSingleItem().Message.ShouldContain("did you mean 'multi_currency'?");
    }

    [Fact]
    public async Task Every_change_is_in_the_history_with_before_and_after()
    {
        var (tenant, module) = await TenantWithModule("""{"a":1}""");
        await platform.TurnOn(tenant, module, """{"a":2}""");
        await platform.Installation(tenant, module).TurnOff(ifMatch: null, PlatformFixture.Caller);

        var history = (await platform.Grains.GetGrain<Directories.ITenantDirectoryGrain>(GrainKeys.Tenant(tenant)).History(company: null, module, new PageRequest())).Value!.Items;

        history.Select(change => change.Action).ShouldBe(["disabled", "configured", "enabled"]);
        history[1].Before!.Value.Text.ShouldContain("\"a\":1");
        history[1].After!.Value.Text.ShouldContain("\"a\":2");
        history[1].Actor.ShouldBe(PlatformFixture.Caller.Actor);
    }

    private async Task<(string Tenant, string Module)> TenantWithModule(string configuration)
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule(Defaults);
        (await platform.TurnOn(tenant, module, configuration)).Failure.ShouldBeNull();
        return (tenant, module);
    }
}
