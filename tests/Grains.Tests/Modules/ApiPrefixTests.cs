namespace Buildify.Modules;

[Collection(nameof(Platform))]
public class ApiPrefixTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("/api/v1/tenants")]
    [InlineData("/api/v1/tenants/")]
    [InlineData("/api/v1/tenants/mine")]
    [InlineData("/api/v1")]
    [InlineData("/api")]
    [InlineData("/health")]
    [InlineData("//")]
    public async Task The_platform_s_own_path_is_nobody_else_s(string prefix) =>
        (await Register(PlatformFixture.NewId("m"), prefix)).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("backend.api_prefix");

    [Fact]
    public async Task A_module_named_as_a_route_of_the_platform_needs_another_path()
    {
        (await platform.Register("""{"name":"tasks","display_name":"T","version":"1.0.0"}""")).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("backend.api_prefix");
        (await Register("tasks", "/api/v1/my-tasks")).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task No_two_modules_paths_lie_in_each_other()
    {
        var (own, other) = (PlatformFixture.NewId("p"), PlatformFixture.NewId("p"));
        (await Register(own, $"/api/v1/{own}/stock")).Failure.ShouldBeNull();

        foreach (var prefix in new[] { $"/api/v1/{own}/stock", $"/api/v1/{own}", $"/api/v1/{own}/stock/deep" })
        {
            var refused = (await Register(other, prefix)).Failure!.Errors.ShouldHaveSingleItem();
            refused.Field.ShouldBe("backend.api_prefix");
            refused.Message.ShouldContain($"'{own}'");
        }
        (await Register(other, $"/api/v1/{own}/stocks")).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_module_without_a_backend_has_the_path_of_its_name()
    {
        var own = await platform.NewModule();
        (await Register(PlatformFixture.NewId("m"), $"/api/v1/{own}")).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("backend.api_prefix");
        var listed = await platform.Grains.GetGrain<Directories.IDirectoryGrain>(GrainKeys.Platform).ModulePrefixes();
        listed.ShouldContain(new ModulePrefix(own, $"/api/v1/{own}", true));
    }

    private Task<Outcome<Registration>> Register(string name, string prefix) =>
        platform.Register($$"""{"name":"{{name}}","display_name":"A module","version":"1.0.0","backend":{"api_prefix":"{{prefix}}"} }""");
}
