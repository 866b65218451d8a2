namespace Orleans.Runtime;

/// <summary>Ends activations that have been idle for too long.</summary>
internal sealed class ActivationCollector(Silo silo) : IAsyncDisposable
{
    private ITimer? _timer;

    public void Start() => _timer = silo.Time.CreateTimer(
        static silo => _ = CollectAsync((Silo)silo!, static activation => activation.Class.CollectionAge), silo,
        silo.Collection.CollectionQuantum, silo.Collection.CollectionQuantum);

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? default;

    /// <summary>
    /// Completes when those that it chose have ended. It never chooses <paramref name="except"/>: who asks is not idle, whatever the
    /// clock says.
    /// </summary>
    public static Task CollectAsync(Silo silo, Func<Activation, TimeSpan> limit, IGrainContext? except = null)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Activation exceeded its idle limit.");
        var ended = new List<Task>();
        foreach (var activation in silo.Activations())
        {
            if (!ReferenceEquals(activation, except) && !activation.IsKept && activation.IsIdleFor(limit(activation)))
            {
                activation.Deactivate(reason);
                ended.Add(activation.Deactivated);
            }
        }

        return Task.WhenAll(ended);
    }
}
