namespace Orleans.Runtime;

/// <inheritdoc/>
internal sealed class SiloLifecycle : ISiloLifecycle
{
    private readonly List<(int Stage, ILifecycleObserver Observer)> _observers = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observers.Add((stage, observer));
        return new Subscription(this, observer);
    }

    public async Task StartAsync(int from, int to, CancellationToken stop)
    {
        foreach (var stage in Stages(from, to).OrderBy(s => s.Key))
        {
            stop.ThrowIfCancellationRequested();
            await Task.WhenAll(stage.Select(o => o.Observer.OnStart(stop)));
            HighestCompletedStage = stage.Key;
        }
    }

    public async Task StopAsync(int from, int to, CancellationToken stop)
    {
        foreach (var stage in Stages(from, to).OrderByDescending(s => s.Key))
        {
            await Task.WhenAll(stage.Select(o => o.Observer.OnStop(stop)));
            LowestStoppedStage = stage.Key;
        }
    }

    private IGrouping<int, (int Stage, ILifecycleObserver Observer)>[] Stages(int from, int to) =>
        [.. _observers.Where(o => o.Stage >= from && o.Stage <= to).GroupBy(o => o.Stage)];

    private sealed class Subscription(SiloLifecycle lifecycle, ILifecycleObserver observer) : IDisposable
    {
        public void Dispose() => lifecycle._observers.RemoveAll(o => ReferenceEquals(o.Observer, observer));
    }
}
