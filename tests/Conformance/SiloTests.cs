using Orleans.Configuration;
using Orleans.TestingHost;

namespace Conformance;

[Alias("conformance.role")]
internal interface IRoleGrain : ICountedGrain
{
    [Alias("stop")]
    Task Stop(string signal);
}

/// <summary>Only secondary silos have this class.</summary>
internal sealed class RoleGrain(ILocalSiloDetails silo) : Grain, IRoleGrain
{
    public Task<SiloAddress> Silo() => Task.FromResult(silo.SiloAddress);

    public Task<string> SiloName() => Task.FromResult(silo.Name);

    public Task Stop(string signal) => Signals.StopAt(signal);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Signals.Give($"{this.GetPrimaryKeyString()} ended: {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

[Alias("conformance.messenger")]
internal interface IMessengerGrain : IGrainWithStringKey
{
    [Alias("stop")]
    Task Stop(IRoleGrain other, string signal);
}

/// <summary>Only the primary silo has this class.</summary>
internal sealed class MessengerGrain : Grain, IMessengerGrain
{
    public Task Stop(IRoleGrain other, string signal) => other.Stop(signal);
}

[Alias("conformance.nowhere")]
internal interface INowhereGrain : ICountedGrain;

/// <summary>No silo has this class.</summary>
internal sealed class NowhereGrain : Grain, INowhereGrain
{
    public Task<SiloAddress> Silo() => throw new InvalidOperationException("It should be nowhere.");

    public Task<string> SiloName() => throw new InvalidOperationException("It should be nowhere.");
}

public sealed class SiloTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silos>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        // A client hears a moment later of the classes that a silo brought.
        await Signals.Until(() => Task.FromResult(Knows<IRoleGrain>()), "the client to know the second silo's classes");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private bool Knows<TGrain>() where TGrain : IGrainWithStringKey
    {
        try
        {
            _cluster.GrainFactory.GetGrain<TGrain>("any");
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_grain_is_placed_only_on_silos_that_have_its_class()
    {
        for (var i = 0; i < 20; i++)
        {
            (await Grain($"placed {i}").SiloName()).ShouldBe("Secondary_1");
        }
    }

    [Fact]
    public void An_interface_whose_class_no_silo_has_cannot_be_got() =>
        Should.Throw<ArgumentException>(() => _cluster.GrainFactory.GetGrain<INowhereGrain>("nowhere"));

    [Fact]
    public async Task A_silo_that_stops_ends_its_grains_and_they_go_on_elsewhere()
    {
        var grain = Grain("goes on");
        (await grain.SiloName()).ShouldBe("Secondary_1");
        await _cluster.StartAdditionalSiloAsync();

        await _cluster.StopSiloAsync(_cluster.SecondarySilos[0]);
        await Signals.Named("goes on ended: ShuttingDown").Task.Within("OnDeactivateAsync");
        (await grain.SiloName().Within("the call after the stop")).ShouldBe("Secondary_2");
    }

    [Fact]
    public async Task The_calls_that_a_killed_silo_has_not_answered_fail_and_its_grains_come_back_elsewhere()
    {
        var grain = Grain("comes back");
        (await grain.SiloName()).ShouldBe("Secondary_1");
        await _cluster.StartAdditionalSiloAsync();
        var call = _cluster.GrainFactory.GetGrain<IMessengerGrain>("messenger").Stop(grain, "killed under it");
        await Signals.Reached("killed under it");

        // Orleans' host does not go before the call that hangs in it does.
        var killing = _cluster.KillSiloAsync(_cluster.SecondarySilos[0]);
        await Should.ThrowAsync<SiloUnavailableException>(call.Within("the failure"));
        Signals.Pass("killed under it");
        await killing.Within("the silo to be killed");

        await Signals.Until(() => IsOn(grain, "Secondary_2"), "the grain to come back");
    }

    [Fact]
    public async Task A_grain_whose_last_silo_has_gone_cannot_be_called()
    {
        await Grain("last").SiloName();
        await _cluster.StopSiloAsync(_cluster.SecondarySilos[0]);
        await _cluster.WaitForLivenessToStabilizeAsync();
        (await Record.ExceptionAsync(() => Grain("last").SiloName().Within("the failure"))).ShouldNotBeNull();
    }

    /// <summary>A call may still go to the silo that is gone.</summary>
    private static async Task<bool> IsOn(IRoleGrain grain, string silo)
    {
        try
        {
            return await grain.SiloName() == silo;
        }
        catch (OrleansException)
        {
            return false;
        }
    }

    private IRoleGrain Grain(string key) => _cluster.GrainFactory.GetGrain<IRoleGrain>(key);

    private sealed class Silos : ISiloConfigurator, IHostConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.NumMissedProbesLimit = 1;
                membership.NumVotesForDeathDeclaration = 1;
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            })
            .Configure<GrainTypeOptions>(types => types.Classes.Remove(typeof(NowhereGrain)));

        public void Configure(Microsoft.Extensions.Hosting.IHostBuilder hostBuilder) => hostBuilder.ConfigureServices((_, services) =>
            Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.AddOptions<GrainTypeOptions>(services)
                .Configure<Microsoft.Extensions.Options.IOptions<SiloOptions>>((types, silo) =>
                {
                    types.Classes.Remove(silo.Value.SiloName == "Primary" ? typeof(RoleGrain) : typeof(MessengerGrain));
                }));
    }
}
