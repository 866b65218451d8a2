namespace Orleans.Runtime;

/// <summary>The observers of one activation. Most have one, the reader of a state.</summary>
internal sealed class GrainLifecycle : IGrainLifecycle
{
    private readonly List<(int Stage, ILifecycleObserver Observer)> _observers = new(1);

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observers.Add((stage, observer));
        return new Subscription(this, observer);
    }

    public async Task StartAsync(CancellationToken stop)
    {
        foreach (var stage in _observers.GroupBy(o => o.Stage).OrderBy(s => s.Key).ToArray())
        {
            await Task.WhenAll(stage.Select(o => o.Observer.OnStart(stop)));
        }
    }

    public async Task StopAsync(CancellationToken stop)
    {
        foreach (var stage in _observers.GroupBy(o => o.Stage).OrderByDescending(s => s.Key).ToArray())
        {
            await Task.WhenAll(stage.Select(o => o.Observer.OnStop(stop)));
        }
    }

    private sealed class Subscription(GrainLifecycle lifecycle, ILifecycleObserver observer) : IDisposable
    {
        public void Dispose() => lifecycle._observers.RemoveAll(o => ReferenceEquals(o.Observer, observer));
    }
}
