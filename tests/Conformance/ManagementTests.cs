namespace Conformance;

[Alias("conformance.counted")]
internal interface ICountedGrain : IGrainWithStringKey
{
    [Alias("silo")]
    Task<SiloAddress> Silo();

    [Alias("name")]
    Task<string> SiloName();
}

internal sealed class CountedGrain(ILocalSiloDetails silo) : Grain, ICountedGrain
{
    public Task<SiloAddress> Silo() => Task.FromResult(silo.SiloAddress);

    public Task<string> SiloName() => Task.FromResult(silo.Name);
}

[Collection(SharedCluster.Name)]
public sealed class ManagementTests(SharedCluster shared)
{
    private const string Class = "Conformance.CountedGrain,Conformance";

    private IManagementGrain Management => shared.Grains.GetGrain<IManagementGrain>(0);

    [Fact]
    public async Task Activations_are_counted_by_class_and_silo()
    {
        var silos = new List<SiloAddress>();
        foreach (var key in new[] { "counted 1", "counted 2", "counted 3" })
        {
            silos.Add(await shared.Grains.GetGrain<ICountedGrain>(key).Silo());
        }

        var counts = (await Management.GetSimpleGrainStatistics()).Where(s => s.GrainType == Class).ToArray();
        foreach (var silo in silos.GroupBy(s => s))
        {
            counts.Single(c => c.SiloAddress.Equals(silo.Key)).ActivationCount.ShouldBeGreaterThanOrEqualTo(silo.Count());
        }

        (await Management.GetTotalActivationCount()).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Each_activation_of_a_class_is_told_with_its_place()
    {
        var grain = shared.Grains.GetGrain<ICountedGrain>("told");
        var silo = await grain.Silo();
        var told = (await Management.GetDetailedGrainStatistics([Class])).Single(s => s.GrainId == grain.GetGrainId());
        (told.GrainType, told.SiloAddress).ShouldBe((Class, silo));
        (await Management.GetActivationAddress(grain)).ShouldBe(silo);
        (await Management.GetActiveGrains(GrainType.Create("counted"))).ShouldContain(grain.GetGrainId());
    }

    [Fact]
    public async Task A_grain_that_is_not_active_has_no_place() =>
        (await Management.GetActivationAddress(shared.Grains.GetGrain<ICountedGrain>("nowhere"))).ShouldBeNull();

    [Fact]
    public async Task Every_silo_is_a_host_that_is_active()
    {
        var hosts = await Management.GetHosts(onlyActive: true);
        hosts.Keys.ShouldBe(shared.Cluster.Silos.Select(s => s.SiloAddress), ignoreOrder: true);
        hosts.Values.ShouldAllBe(status => status == SiloStatus.Active);
        (await Management.GetDetailedHosts(onlyActive: true)).Select(h => h.SiloName)
            .ShouldBe(shared.Cluster.Silos.Select(s => s.Name), ignoreOrder: true);
    }
}
