using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;

namespace Buildify.Modules.Kit;

/// <summary>What a module's hooks promise; each test has a host of its own, since the probe is the process's.</summary>
[Collection("probe")]
public sealed class HooksTests : IAsyncLifetime, IDisposable
{
    private readonly ProbeFolder _folder = new();
    private InProcessHost _host = null!;

    [Fact]
    public async Task OnEnabled_runs_before_the_module_is_on_with_the_configuration_that_is_to_hold()
    {
        using var company = await _host.NewCompany();
        await company.Http.PutAsJsonAsync("/api/v1/tenant-modules/probe", new { configuration = new { color = "blue" } });
        ProbeHooks.Calls.ShouldBe([$"enabled {company.Tenant} {{\"color\":\"blue\",\"size\":1}}"]);
        (await company.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await company.Http.DeleteAsync("/api/v1/tenant-modules/probe")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        ProbeHooks.Calls.Last().ShouldBe($"disabled {company.Tenant}");
        (await company.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_module_whose_hook_fails_stays_off_says_why_and_goes_on_after_a_retry()
    {
        using var company = await _host.NewCompany();
        ProbeHooks.Fails[$"enabled {company.Tenant}"] = "the printer is on fire";

        var refused = await company.Http.PutAsJsonAsync("/api/v1/tenant-modules/probe", new { });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("the printer is on fire");
        (await company.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        ProbeHooks.Fails.Clear();
        (await company.Http.PostAsync("/api/v1/tenant-modules/probe/installation/retry", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await company.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_upgrade_reaches_each_tenant_and_a_failure_closes_the_module_for_that_tenant_alone()
    {
        using var good = await _host.NewCompany("probe");
        using var bad = await _host.NewCompany("probe");
        ProbeHooks.Fails[$"upgraded {bad.Tenant}"] = "a row is in the way";
        await Restart("1.1.0");
        using var goodNow = _host.Company(good.Tenant);
        using var badNow = _host.Company(bad.Tenant);

        await Eventually.Succeeds(async () =>
        {
            ProbeHooks.Calls.ShouldContain($"upgraded {good.Tenant} from 1.0.0");
            (await Problem(badNow)).ShouldNotBeNull();
        });
        (await goodNow.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var closed = await badNow.Http.GetAsync("/api/v1/probe");
        closed.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await closed.Content.ReadAsStringAsync()).ShouldContain("a row is in the way");

        ProbeHooks.Fails.Clear();
        (await badNow.Http.PostAsync("/api/v1/tenant-modules/probe/installation/retry", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await badNow.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_upgrade_turns_on_what_the_newer_version_needs_and_going_back_runs_no_hook()
    {
        using var company = await _host.NewCompany("probe");
        await Restart("1.1.0", needs: "aid");
        using var newer = _host.Company(company.Tenant);
        await Eventually.Succeeds(() => { ProbeHooks.Calls.ShouldContain($"upgraded {company.Tenant} from 1.0.0"); return Task.CompletedTask; });
        (await newer.Http.GetFromJsonAsync<JsonElement>("/api/v1/tenant-modules/aid")).GetProperty("enabled").GetBoolean().ShouldBeTrue();

        await Restart("1.0.0");
        using var older = _host.Company(company.Tenant);
        await _host.Grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(company.Tenant, "probe")).Upgrade(new Caller("test", "test"));
        (await older.Http.GetAsync("/api/v1/probe")).StatusCode.ShouldBe(HttpStatusCode.OK);
        ProbeHooks.Calls.Count(call => call.StartsWith("upgraded", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_tenant_that_turns_the_module_on_again_gets_the_upgrade_that_it_missed()
    {
        using var company = await _host.NewCompany("probe");
        await company.Http.DeleteAsync("/api/v1/tenant-modules/probe");
        await Restart("1.1.0");
        using var again = _host.Company(company.Tenant);
        (await again.Http.PutAsJsonAsync("/api/v1/tenant-modules/probe", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        ProbeHooks.Calls.ShouldContain($"upgraded {company.Tenant} from 1.0.0");
        (await again.Http.GetFromJsonAsync<JsonElement>("/api/v1/tenant-modules/probe")).GetProperty("data_version").GetString().ShouldBe("1.1.0");
    }

    [Fact]
    public async Task A_module_s_own_check_is_part_of_the_platform_s_health()
    {
        using var http = _host.Client();
        (await http.GetFromJsonAsync<JsonElement>("/health/probe")).GetProperty("status").GetString().ShouldBe("healthy");
        ProbeHooks.Sick = "no ink";
        var sick = await http.GetAsync("/health/probe");
        sick.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await sick.Content.ReadAsStringAsync()).ShouldContain("no ink");
    }

    [Fact]
    public async Task A_module_that_throws_at_start_is_failed_and_stops_nothing_else()
    {
        await _host.DisposeAsync();
        ProbeModule.FailsAtStart = "no such driver";
        _host = await InProcessHost.Start([new ProbeModule()], ("Modules:Path", _folder.Path));
        using var company = await _host.NewCompany();
        var module = await company.Http.GetFromJsonAsync<JsonElement>("/api/v1/modules/probe");
        module.GetProperty("state").GetString().ShouldBe("failed");
        module.GetProperty("error").GetString()!.ShouldContain("no such driver");
        (await company.Http.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString().ShouldBe("degraded");
    }

    public async Task InitializeAsync()
    {
        ProbeHooks.Fails.Clear();
        ProbeHooks.Calls.Clear();
        (ProbeHooks.Sick, ProbeModule.FailsAtStart) = (null, null);
        _host = await InProcessHost.Start([new ProbeModule()], ("Modules:Path", _folder.Path));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private async Task Restart(string version, string? needs = null)
    {
        await _host.Stop();
        _folder.Write(version, needs);
        _host = await InProcessHost.Start(_host.Database, [new ProbeModule()], ("Modules:Path", _folder.Path));
    }

    private static async Task<string?> Problem(TestCompany company) =>
        (await company.Http.GetFromJsonAsync<JsonElement>("/api/v1/tenant-modules/probe")).TryGetProperty("problem", out var problem) ? problem.GetString() : null;
}
