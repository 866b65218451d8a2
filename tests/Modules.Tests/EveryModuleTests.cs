using System.Net.Http.Json;
using System.Text.Json;

namespace Buildify.Modules;

/// <summary>What holds for every module of this build, whichever they are.</summary>
[Collection("platform")]
public sealed class EveryModuleTests(PlatformFixture platform)
{
    [Fact]
    public async Task Every_module_is_in_the_catalogue_and_healthy()
    {
        using var http = platform.Host.Client();
        var health = await http.GetFromJsonAsync<JsonElement>("/health");
        foreach (var module in ModuleList.All)
        {
            var known = await http.GetFromJsonAsync<JsonElement>($"/api/v1/modules/{module.Name}");
            known.GetProperty("state").GetString().ShouldBe("installed", known.ToString());
            known.GetProperty("version").GetString().ShouldBe(module.Version);
            health.GetProperty("checks").GetProperty(module.Name).GetProperty("status").GetString().ShouldBe("healthy");
        }
    }

    [Fact]
    public async Task Every_module_turns_on_and_off_for_a_tenant()
    {
        foreach (var module in ModuleList.All)
        {
            using var company = await platform.NewCompany(module.Name);
            var off = await company.Http.DeleteAsync($"/api/v1/tenant-modules/{module.Name}");
            off.StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent, await off.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Every_route_of_a_module_is_closed_without_a_token_and_while_the_module_is_off()
    {
        using var company = await platform.NewCompany();
        using var nobody = new HttpClient { BaseAddress = platform.Host.Address };
        foreach (var (path, method) in await Routes())
        {
            using var bare = new HttpRequestMessage(method, path);
            (await nobody.SendAsync(bare)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized, $"{method} {path}");
            using var off = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Get ? null : JsonContent.Create(new { }) };
            var answer = await company.Http.SendAsync(off);
            ((int)answer.StatusCode).ShouldBeInRange(400, 499, $"{method} {path}");
        }
    }

    [Fact]
    public async Task Every_page_of_a_module_that_is_on_is_served_with_the_hash_that_is_told()
    {
        using var company = await platform.NewCompany([.. ModuleList.All.Select(module => module.Name)]);
        var listed = await company.Http.GetFromJsonAsync<JsonElement>("/api/v1/frontend/modules");
        using var nobody = new HttpClient { BaseAddress = platform.Host.Address };
        foreach (var module in listed.GetProperty("modules").EnumerateArray())
        {
            var file = await nobody.GetAsync(module.GetProperty("entry").GetString());
            file.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
            var hash = Convert.ToBase64String(System.Security.Cryptography.SHA384.HashData(await file.Content.ReadAsByteArrayAsync()));
            module.GetProperty("integrity").GetString().ShouldBe($"sha384-{hash}");
        }
        listed.GetProperty("modules").GetArrayLength().ShouldBe(ModuleList.All.Length);
        (await nobody.GetAsync("/modules/notes/..%2fmanifest.json")).IsSuccessStatusCode.ShouldBeFalse();
    }

    // As the contract lists them, with an id that is nobody's in the place of each parameter.
    private async Task<List<(string Path, HttpMethod Method)>> Routes()
    {
        using var http = platform.Host.Client();
        var contract = await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        return
        [
            .. from path in contract.GetProperty("paths").EnumerateObject()
               where ModuleList.All.Any(module => path.Name == module.ApiPrefix || path.Name.StartsWith(module.ApiPrefix + "/", StringComparison.Ordinal))
               from method in path.Value.EnumerateObject()
               select (System.Text.RegularExpressions.Regex.Replace(path.Name, "{[^}]*}", Guid.Empty.ToString()) + "?company_id=berlin", new HttpMethod(method.Name.ToUpperInvariant())),
        ];
    }
}
