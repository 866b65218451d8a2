using Buildify.Testing.Hosts;

namespace Buildify.Builds;

public sealed class NewModuleTests(RepositoryCopy copy) : BuildTest(copy)
{
    [Fact]
    public async Task A_new_module_is_there_after_a_build_and_nothing_else_changed()
    {
        (await Copy.Bash("tools/buildify new module warehouse")).Succeeded();
        (await Copy.Dotnet("build", "AppHost", "-warnaserror")).Succeeded();
        (await Copy.Git("status", "--porcelain")).Trim().ShouldBe("?? modules/warehouse/");

        await using var folder = new HostFolder();
        await using var host = await StartHost(Copy.Host, folder, "warehouse");
        (await Catalogue(host))["warehouse"].ShouldBe("installed");
        await host.Call(HttpMethod.Post, "/api/v1/warehouse/items?company_id=berlin", """{"name":"Screw","quantity":3}""", "acme");
        var items = await host.Call(HttpMethod.Get, "/api/v1/warehouse/items?company_id=berlin", tenant: "acme");
        items.GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("Screw");
        using var page = await host.Http.GetAsync("/modules/warehouse/module.js");
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
    }

    [Fact]
    public async Task A_module_whose_code_throws_at_start_stops_nothing_else()
    {
        Copy.Give("thrower", "modules/thrower");
        (await Copy.Dotnet("build", "AppHost", "-warnaserror")).Succeeded();

        await using var folder = new HostFolder();
        await using var host = await StartHost(Copy.Host, folder, "notes");
        var thrower = await host.Call(HttpMethod.Get, "/api/v1/modules/thrower");
        thrower.GetProperty("state").GetString().ShouldBe("failed");
        thrower.GetProperty("error").GetString().ShouldBe("It failed at start: There is no printer.");
        var health = await host.Call(HttpMethod.Get, "/health");
        health.GetProperty("status").GetString().ShouldBe("degraded");
        health.GetProperty("checks").GetProperty("thrower").GetProperty("status").GetString().ShouldBe("unhealthy");
        health.GetProperty("checks").GetProperty("notes").GetProperty("status").GetString().ShouldBe("healthy");
        await host.Call(HttpMethod.Get, "/api/v1/notes?company_id=berlin", tenant: "acme");
    }

    [Fact]
    public async Task The_seed_s_user_specification_is_a_module_whose_typed_client_works()
    {
        Copy.Give("backend", "modules/backend");
        Copy.Give("tg-bot", "modules/tg-bot");
        var run = (await Copy.Dotnet("test", "tests/Modules.Tests", "--filter", "FullyQualifiedName~Backend.SeedTests")).Succeeded();
        run.Said.ShouldContain("Passed:     2");
    }

    [Fact]
    public async Task Every_module_but_one_deleted_the_rest_builds_starts_and_passes_its_tests()
    {
        foreach (var module in Directory.EnumerateDirectories(Copy.At("modules")))
        {
            if (Path.GetFileName(module) != "notes") Directory.Delete(module, recursive: true);
        }
        // Those that kill hosts for minutes have nothing to do with which modules there are.
        var run = (await Copy.Dotnet("test", "tests/Modules.Tests", "--filter", "FullyQualifiedName!~Survive")).Succeeded();
        run.Said.ShouldContain("Failed:     0");

        await using var folder = new HostFolder();
        await using var host = await StartHost(Copy.Host, folder, "notes");
        (await Catalogue(host)).ShouldBe(new Dictionary<string, string> { ["notes"] = "installed" });
    }
}
