namespace Conformance;

[Alias("conformance.worker")]
internal interface IWorkerGrain : IGrainWithStringKey
{
    [Alias("work")]
    Task<string> Work(string signal);
}

[StatelessWorker(2)]
internal sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public async Task<string> Work(string signal)
    {
        await Signals.StopAt(signal);
        return _activation;
    }
}

[Alias("conformance.foreman")]
internal interface IForemanGrain : IGrainWithStringKey
{
    [Alias("hire")]
    Task<string[]> Hire(string worker, string[] signals);
}

/// <summary>Calls from a grain go to its own silo's workers, so that their number is known.</summary>
internal sealed class ForemanGrain : Grain, IForemanGrain
{
    public Task<string[]> Hire(string worker, string[] signals) =>
        Task.WhenAll(signals.Select(signal => GrainFactory.GetGrain<IWorkerGrain>(worker).Work(signal)));
}

[Collection(SharedCluster.Name)]
public sealed class StatelessWorkerTests(SharedCluster shared)
{
    [Fact]
    public async Task Workers_are_added_with_the_load_up_to_their_number()
    {
        string[] signals = ["worker 1", "worker 2", "worker 3"];
        var work = shared.Grains.GetGrain<IForemanGrain>("foreman").Hire("busy", signals);
        await Signals.Reached("worker 1");
        await Signals.Reached("worker 2");
        Signals.IsReached("worker 3").ShouldBeFalse();

        Signals.Pass("worker 1");
        await Signals.Reached("worker 3");
        Signals.Pass("worker 2");
        Signals.Pass("worker 3");
        (await work.Within("the work")).Distinct().Count().ShouldBe(2);
    }
}
