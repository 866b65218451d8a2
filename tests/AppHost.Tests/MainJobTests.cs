using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Buildify.Testing.Hosts;

namespace Buildify.AppHost;

/// <summary>What the platform is for, over HTTP, with the process killed in between.</summary>
public class MainJobTests
{
    private const string Financial = """
        {
          "name": "financial", "display_name": "Financial", "version": "1.0.0",
          "backend": { "type": "grains", "api_prefix": "/api/v1/financial" },
          "database": { "strategy": "shared", "schema_prefix": "financial_" },
          "configuration": { "currency": "USD", "tax_rate": 0, "invoice_prefix": "INV" }
        }
        """;

    [Fact]
    public async Task The_guide_s_worked_example_holds_and_survives_kill_9()
    {
        await using var folder = new HostFolder();
        await using (var host = await HostProcess.Start(folder.Path))
        {
            await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
            await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Acme Berlin","country":"DE","currency":"EUR"}""", "acme");
            await host.Call(HttpMethod.Post, "/api/v1/modules", Financial);
            await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/financial", """{"configuration":{"currency":"EUR","tax_rate":0.20}}""", "acme");
            await host.Call(HttpMethod.Put, "/api/v1/companies/berlin/modules/financial", """{"configuration":{"tax_rate":0.19,"invoice_prefix":"DE-INV"}}""", "acme");
            await ShowsTheExample(host);
            await host.Kill();
        }

        await using var again = await HostProcess.Start(folder.Path);
        await ShowsTheExample(again);
        (await Psql(again, "SELECT is_enabled, configuration ->> 'tax_rate' FROM tenant_modules WHERE tenant_id = 'acme' AND is_enabled = TRUE"))
            .ShouldBe("t|0.20");
        (await Psql(again, "SELECT payload ->> 'display_name' FROM grain_state WHERE kind = 'company' AND key = 'acme/berlin'")).ShouldBe("Acme Berlin");
        (await Psql(again, "SELECT tenant_id, configuration ->> 'invoice_prefix' FROM company_modules")).ShouldBe("acme|DE-INV");
    }

    [Fact]
    public async Task The_calls_that_the_host_prints_work_as_printed()
    {
        await using var folder = new HostFolder();
        await using var host = HostProcess.Launch(folder.Path, ("BUILDIFY_ADMIN_PASSWORD", null));
        await host.Ready();
        await host.Printed("The data, as people read it:");

        var lines = host.Output.Split('\n').SkipWhile(line => !line.StartsWith("Try it:", StringComparison.Ordinal)).Skip(1);
        var script = string.Join('\n', lines.TakeWhile(line => line.StartsWith(' ') || line.Length == 0));
        var printed = await Bash("set -e\n" + script);
        printed.ShouldContain("\"id\":\"acme\"");
        printed.ShouldContain("\"id\":\"berlin\"");
        (await Psql(host, "SELECT id FROM companies")).ShouldBe("berlin");
    }

    [Fact]
    public async Task SIGTERM_stops_it_cleanly_and_its_database_with_it()
    {
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path);

        (await host.Terminate()).ShouldBe(0);

        File.Exists(Path.Combine(folder.Path, "data", "postgres", "data", "postmaster.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_host_on_one_folder_says_so_and_leaves()
    {
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path);
        await using var second = HostProcess.Launch(folder.Path);

        (await second.Exit()).ShouldNotBe(0);

        second.Output.ShouldContain(Path.Combine(folder.Path, "data"));
        second.Output.ShouldNotContain("   at ");
        (await host.Http.GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_folder_with_a_manifest_is_a_module_and_a_broken_one_takes_nothing_down()
    {
        await using var folder = new HostFolder();
        var modules = Path.Combine(folder.Path, "modules");
        WriteManifest(modules, "financial", Financial);
        WriteManifest(modules, "broken", """{"name":"broken","display_name":"Broken","version":"1.0.0","verison":"2"}""");
        WriteManifest(modules, "unread", """{"name":"unread","display_name":"A\u0000B","version":"1.0.0"}""");
        await using var host = await HostProcess.Start(folder.Path, ("Modules__Path", modules));

        var items = (await host.Call(HttpMethod.Get, "/api/v1/modules")).GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item);

        items["financial"].GetProperty("state").GetString().ShouldBe("installed");
        items["broken"].GetProperty("state").GetString().ShouldBe("failed");
        items["broken"].GetProperty("error").GetString()!.ShouldContain("did you mean 'version'?");
        items["unread"].GetProperty("state").GetString().ShouldBe("failed");
        var health = await host.Http.GetFromJsonAsync<JsonElement>("/health");
        health.GetProperty("status").GetString().ShouldBe("degraded");
        health.GetProperty("checks").GetProperty("financial").GetProperty("status").GetString().ShouldBe("healthy");
        health.GetProperty("checks").GetProperty("broken").GetProperty("status").GetString().ShouldBe("unhealthy");
    }

    private static async Task ShowsTheExample(HostProcess host)
    {
        var effective = await host.Call(HttpMethod.Get, "/api/v1/companies/berlin/modules/financial/configuration", tenant: "acme");
        effective.GetProperty("configuration").GetRawText().ShouldBe("""{"currency":"EUR","tax_rate":0.19,"invoice_prefix":"DE-INV"}""");
        effective.GetProperty("provenance").GetRawText().ShouldBe("""{"currency":"tenant","invoice_prefix":"company","tax_rate":"company"}""");
    }

    private static void WriteManifest(string modules, string name, string manifest)
    {
        var folder = Directory.CreateDirectory(Path.Combine(modules, name));
        File.WriteAllText(Path.Combine(folder.FullName, "manifest.json"), manifest);
    }

    private static async Task<string> Psql(HostProcess host, string sql)
    {
        await host.Printed("The data, as people read it:");
        return (await Bash($"{host.PsqlCommand()} -At -c \"{sql}\"")).Trim();
    }

    private static async Task<string> Bash(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        bash.ExitCode.ShouldBe(0);
        return output;
    }
}
