using Buildify.Testing;
using Buildify.Testing.Cluster;

namespace Buildify.Companies;

public class KilledSiloTests
{
    [Fact]
    public async Task Tenants_and_companies_go_on_elsewhere_when_a_silo_is_killed()
    {
        await using var platform = await PlatformCluster.Launch(silos: 3);
        var fixture = new PlatformFixture(platform);
        var tenant = await fixture.NewTenant();
        var module = await fixture.NewModule(""","configuration":{"n":0}""");
        await fixture.TurnOn(tenant, module);
        string[] companies = [.. Enumerable.Range(0, 20).Select(i => $"c{i}")];
        foreach (var company in companies)
        {
            await fixture.NewCompany(tenant, company);
            await fixture.Company(tenant, company).GetConfiguration(module);
        }

        foreach (var silo in platform.Cluster.SecondarySilos.ToArray())
        {
            await platform.Cluster.KillSiloAsync(silo);
            await Eventually.Succeeds(async () => (await fixture.TurnOn(tenant, module, $$"""{"n":"{{silo.Name}}"}""")).Failure.ShouldBeNull());

            foreach (var company in companies)
            {
                await Eventually.Succeeds(async () =>
                    (await fixture.Company(tenant, company).GetConfiguration(module)).Value!.Configuration.Text.ShouldContain(silo.Name));
            }
        }
    }
}
