using Buildify.Companies;
using Buildify.Idempotency;
using Buildify.Tenants;

namespace Buildify.Events.Platform;

/// <summary>Of what tenants, companies and module tiers tell: the log's rows as they are committed with the document.</summary>
[Collection(nameof(Buildify.Platform))]
public sealed class PlatformEventsTests(PlatformFixture platform)
{
    private static readonly Caller Ada = new("user-ada", "request-7");

    [Fact]
    public async Task A_new_tenant_is_told_with_who_made_it_and_by_which_request()
    {
        var id = PlatformFixture.NewId("t");
        (await platform.Tenant(id).Create(new NewTenant(id, "Acme", "owner@example.com"), Ada, stamp: null)).Failure.ShouldBeNull();

        var told = (await Told(id)).ShouldHaveSingleItem();
        told.Type.ShouldBe("core.tenant.created");
        told.Payload.ShouldBe($$"""{"actor": "user-ada", "tenant_id": "{{id}}", "display_name": "Acme"}""");
        told.CorrelationId.ShouldBe("request-7");
        told.Source.ShouldBe("core");
        told.Company.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_refused_tells_nothing()
    {
        var tenant = await platform.NewTenant();
        (await platform.Tenant(tenant).Create(new NewTenant(tenant, "Again"), Ada, stamp: null)).Failure!.Code.ShouldBe(FailureCodes.AlreadyExists);
        (await platform.Tenant(tenant).Change(new TenantChange(DisplayName: ""), Ada)).Failure!.Code.ShouldBe(FailureCodes.Invalid);

        var other = PlatformFixture.NewId("t");
        (await platform.Tenant(other).Create(new NewTenant(other, ""), Ada, stamp: null)).Failure.ShouldNotBeNull();

        (await Types(tenant)).ShouldBe(["core.tenant.created"]);
        (await Types(other)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_state_whose_write_fails_is_told_as_little_as_it_is_kept()
    {
        var stamp = new IdempotencyStamp("test", PlatformFixture.NewId("key"), "print", 201);
        var (first, second) = (PlatformFixture.NewId("t"), PlatformFixture.NewId("t"));
        (await platform.Tenant(first).Create(new NewTenant(first, "First"), Ada, stamp)).Failure.ShouldBeNull();

        (await platform.Tenant(second).Create(new NewTenant(second, "Second"), Ada, stamp)).Failure!.Code.ShouldBe(FailureCodes.IdempotencyConflict);

        (await platform.Tenant(second).Get()).ShouldBeNull();
        (await Types(first)).ShouldBe(["core.tenant.created"]);
        (await Types(second)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenant_s_change_is_told_by_what_changed_and_no_address_is_in_it()
    {
        var tenant = await platform.NewTenant();
        var grain = platform.Tenant(tenant);
        await grain.Change(new TenantChange(DisplayName: "Other", OwnerEmail: "new@example.com"), Ada);
        await grain.Change(new TenantChange(DisplayName: "Other"), Ada);
        await grain.Change(new TenantChange(State: TenantState.Suspended), Ada);
        await grain.Change(new TenantChange(State: TenantState.Suspended), Ada);
        await grain.Change(new TenantChange(State: TenantState.Active), Ada);

        var told = await Told(tenant);
        told.Select(row => row.Type).ShouldBe(["core.tenant.created", "core.tenant.updated", "core.tenant.suspended", "core.tenant.activated"]);
        told[1].Payload.ShouldContain("""["display_name", "owner_email"]""");
        told.ShouldAllBe(row => !row.Payload.Contains("example.com"));
    }

    [Fact]
    public async Task A_company_s_life_is_told_in_its_own_order()
    {
        var tenant = await platform.NewTenant();
        var company = platform.Company(tenant, "berlin");
        (await company.Create(new NewCompany("berlin", "Berlin", "DE", "EUR"), Ada, stamp: null)).Failure.ShouldBeNull();
        (await company.Create(new NewCompany("berlin", "Berlin"), Ada, stamp: null)).Failure.ShouldNotBeNull();
        await company.Change(new CompanyChange(Currency: "USD"), Ada);
        await company.Change(new CompanyChange(Currency: "USD"), Ada);
        await company.Change(new CompanyChange(DisplayName: "Berlin GmbH", State: CompanyState.Suspended), Ada);
        await company.Change(new CompanyChange(State: CompanyState.Active), Ada);

        var told = (await Told(tenant)).Where(row => row.Company == "berlin").ToList();
        told.Select(row => row.Type).ShouldBe(
            ["core.company.created", "core.company.updated", "core.company.updated", "core.company.suspended", "core.company.activated"]);
        told[0].Payload.ShouldContain("\"country\": \"DE\"");
        told[1].Payload.ShouldContain("""["currency"]""");
        told.ShouldAllBe(row => row.CorrelationId == "request-7" && row.Payload.Contains("user-ada"));
    }

    [Fact]
    public async Task A_module_turned_on_configured_and_off_is_told_for_the_tenant()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule();
        (await platform.TurnOn(tenant, module, """{"a":1,"secret":"s3cr3t"}""")).Failure.ShouldBeNull();
        (await platform.TurnOn(tenant, module, """{"secret":"s3cr3t","a":1}""")).Failure.ShouldBeNull();
        (await platform.TurnOn(tenant, module, """{"a":2,"secret":"s3cr3t"}""")).Failure.ShouldBeNull();
        (await platform.Installation(tenant, module).TurnOff(ifMatch: null, PlatformFixture.Caller)).Failure.ShouldBeNull();

        var told = (await Told(tenant)).Where(row => row.Type.StartsWith("core.module.", StringComparison.Ordinal)).ToList();
        told.Select(row => row.Type).ShouldBe(["core.module.enabled", "core.module.configured", "core.module.disabled"]);
        told[1].Payload.ShouldContain("""["configuration.a"]""");
        told.ShouldAllBe(row => row.Company == null && row.Payload.Contains(module) && !row.Payload.Contains("s3cr3t"));
    }

    [Fact]
    public async Task A_company_s_own_tier_is_told_for_the_company()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule();
        await platform.TurnOn(tenant, module);
        var company = platform.Company(tenant, await platform.NewCompany(tenant));
        // A tier that says nothing is what the company had.
        await company.SetModule(PlatformFixture.Tier(module), Ada);
        await company.SetModule(PlatformFixture.Tier(module, """{"a":1}"""), Ada);
        await company.SetModule(PlatformFixture.Tier(module, """{"a":1}""", enabled: false), Ada);
        await company.RemoveModule(module, ifMatch: null, Ada);
        (await company.SetModule(PlatformFixture.Tier(module, """{"a":1}""", ifMatch: "999"), Ada)).Failure!.Code.ShouldBe(FailureCodes.Stale);

        var told = (await Told(tenant)).Where(row => row.Type.StartsWith("core.module.", StringComparison.Ordinal) && row.Company is not null).ToList();
        told.Select(row => row.Type).ShouldBe(["core.module.configured", "core.module.disabled", "core.module.enabled"]);
        told.ShouldAllBe(row => row.Company == "berlin" && row.Payload.Contains("\"company_id\": \"berlin\""));
    }

    [Fact]
    public async Task A_step_that_is_repeated_is_told_once()
    {
        var tenant = await platform.NewTenant();
        var module = await platform.NewModule();
        var step = PlatformFixture.Tier(module, enabled: true) with { Operation = "op-1" };

        (await platform.Tenant(tenant).SetModule(step, Ada)).Failure.ShouldBeNull();
        (await platform.Tenant(tenant).SetModule(step, Ada)).Failure.ShouldBeNull();

        (await Types(tenant)).ShouldBe(["core.tenant.created", "core.module.enabled"]);
    }

    private async Task<IReadOnlyList<string>> Types(string tenant) => [.. (await Told(tenant)).Select(row => row.Type)];

    private async Task<IReadOnlyList<Row>> Told(string tenant) =>
    [
        .. (await platform.Platform.Database.RowsAsync(
            "SELECT event_type, company_id, payload::text, correlation_id, event_source FROM events WHERE tenant_id = $1 AND event_type LIKE 'core.%' ORDER BY seq", tenant))
            .Select(row => new Row((string)row[0]!, (string?)row[1], (string)row[2]!, (string?)row[3], (string)row[4]!)),
    ];

    private sealed record Row(string Type, string? Company, string Payload, string? CorrelationId, string Source);
}
