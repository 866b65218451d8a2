using System.Net.Http.Json;
using System.Text.Json;
using Buildify.Modules;

namespace __Name__;

[Collection("platform")]
public sealed class __Name__Tests(PlatformFixture platform)
{
    [Fact]
    public async Task It_is_in_the_catalogue_with_its_page()
    {
        using var company = await platform.NewCompany("__name__");
        var module = await company.Http.GetFromJsonAsync<JsonElement>("/api/v1/modules/__name__");
        module.GetProperty("manifest").GetProperty("frontend").GetProperty("pages")[0].GetProperty("path").GetString().ShouldBe("__name__/home");
    }
}
