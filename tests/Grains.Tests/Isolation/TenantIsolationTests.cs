
namespace Buildify.Isolation;

[Collection(nameof(Platform))]
public class TenantIsolationTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("acme/probe", "umbrella/probe", false)]
    [InlineData("acme/probe", "acme/other", true)]
    [InlineData("platform:probe", "umbrella/probe", true)]
    [InlineData("acme/probe", "platform:probe", true)]
    public async Task A_call_between_grains_is_refused_by_the_silo_where_it_crosses_tenants(string source, string target, bool admitted)
    {
        var call = platform.Grains.GetGrain<IProbeGrain>(source).Call(target);

        if (admitted) (await call).ShouldBe(target);
        else (await Should.ThrowAsync<CrossTenantCallException>(call)).Message.ShouldContain("tenant 'acme'");
    }

    [Fact]
    public async Task Ids_that_read_as_numbers_are_tenants_of_their_own()
    {
        string[] ids = ["ada", "cafe", "0cafe", "123"];
        foreach (var id in ids) await platform.NewTenant(id);

        foreach (var id in ids) (await platform.Tenant(id).Get())!.Id.ShouldBe(id);
        await platform.NewCompany("123", "456");
        (await platform.Company("123", "456").Get()).Value!.Tenant.ShouldBe("123");
    }
}

[Alias("buildify.tests.probe")]
public interface IProbeGrain : IGrainWithStringKey
{
    [Alias("Call")]
    Task<string> Call(string other);

    [Alias("Key")]
    Task<string> Key();
}

public sealed class ProbeGrain : Grain, IProbeGrain
{
    public Task<string> Call(string other) => GrainFactory.GetGrain<IProbeGrain>(other).Key();

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());
}
