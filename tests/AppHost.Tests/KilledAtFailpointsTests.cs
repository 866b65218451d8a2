using System.Net;
using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;

namespace Buildify.AppHost;

/// <summary>The process is halted at a named place, killed there with SIGKILL, and started again.</summary>
public class KilledAtFailpointsTests
{
    private const string NewTenant = """{"id":"acme","display_name":"Acme"}""";

    private static readonly (string, string) Key = ("Idempotency-Key", "order-4711");

    [Theory]
    [InlineData("before-answer=POST /api/v1/tenants")]
    [InlineData("after-write=tenant:acme")]
    public async Task Killed_behind_the_commit_the_repeat_makes_no_second_effect_and_gets_the_answer(string failpoint)
    {
        await using var folder = new HostFolder();
        await KillAt(failpoint, folder, host => host.Send(HttpMethod.Post, "/api/v1/tenants", NewTenant, tenant: null, Key));

        await using var again = await HostProcess.Start(folder.Path);
        using var repeat = await again.Send(HttpMethod.Post, "/api/v1/tenants", NewTenant, tenant: null, Key);
        repeat.StatusCode.ShouldBe(HttpStatusCode.Created);
        repeat.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        JsonSerializer.Deserialize<JsonElement>(await repeat.Content.ReadAsStringAsync()).GetProperty("id").GetString().ShouldBe("acme");
        using var withoutKey = await again.Send(HttpMethod.Post, "/api/v1/tenants", NewTenant);
        withoutKey.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Killed_behind_the_write_and_before_the_grain_knows_a_configuration_is_there_once()
    {
        await using var folder = new HostFolder();
        await using (var first = await HostProcess.Start(folder.Path)) await Prepare(first);
        await KillAt("after-write=acme/berlin", folder, host =>
            host.Send(HttpMethod.Put, "/api/v1/companies/berlin/modules/ledger", """{"configuration":{"tax_rate":0.19}}""", "acme"));

        await using var again = await HostProcess.Start(folder.Path);
        var effective = await again.Call(HttpMethod.Get, "/api/v1/companies/berlin/modules/ledger/configuration", tenant: "acme");
        effective.GetProperty("configuration").GetProperty("tax_rate").GetDecimal().ShouldBe(0.19m);
        var history = await again.Call(HttpMethod.Get, "/api/v1/companies/berlin/modules/ledger/configuration/history", tenant: "acme");
        history.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("after-step=enable-dependency:ledger")]
    [InlineData("after-step=enable:stock")]
    public async Task Killed_between_the_steps_of_an_installation_the_next_start_finishes_it_unasked(string failpoint)
    {
        await using var folder = new HostFolder();
        await using (var first = await HostProcess.Start(folder.Path))
        {
            await Prepare(first, turnOn: false);
            await first.Call(HttpMethod.Post, "/api/v1/modules", """{"name":"stock","display_name":"Stock","version":"1.0.0","depends_on":{"ledger":"^1.0"}}""");
        }
        await KillAt(failpoint, folder, host => host.Send(HttpMethod.Put, "/api/v1/tenant-modules/stock", """{"configuration":{"a":1}}""", "acme"));

        await using var again = await HostProcess.Start(folder.Path);
        await Eventually.Succeeds(async () =>
            (await again.Call(HttpMethod.Get, "/api/v1/tenant-modules/stock/installation", tenant: "acme")).GetProperty("state").GetString().ShouldBe("done"));
        (await again.Call(HttpMethod.Get, "/api/v1/tenant-modules/stock", tenant: "acme")).GetProperty("configuration").GetRawText().ShouldBe("""{"a":1}""");
        (await again.Call(HttpMethod.Get, "/api/v1/tenant-modules/ledger", tenant: "acme")).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        var history = await again.Call(HttpMethod.Get, "/api/v1/tenant-modules/stock/configuration/history", tenant: "acme");
        history.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    private static async Task Prepare(HostProcess host, bool turnOn = true)
    {
        await host.Call(HttpMethod.Post, "/api/v1/tenants", NewTenant);
        await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Berlin"}""", "acme");
        await host.Call(HttpMethod.Post, "/api/v1/modules", """{"name":"ledger","display_name":"Ledger","version":"1.0.0","configuration":{"tax_rate":0}}""");
        if (turnOn) await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/ledger", "{}", "acme");
    }

    private static async Task KillAt(string failpoint, HostFolder folder, Func<HostProcess, Task<HttpResponseMessage>> request)
    {
        await using var host = await HostProcess.Start(folder.Path, ("BUILDIFY_FAILPOINT", failpoint));
        var unanswered = request(host);
        await host.Printed($"failpoint reached: {failpoint}");
        await host.Kill();
        await Should.ThrowAsync<HttpRequestException>(unanswered);
    }
}
