namespace Orleans.Runtime;

/// <summary>
/// The activations of one stateless worker's key on one silo. A call goes to an idle one; to a new one while there may be more; and
/// else to the one with the fewest calls waiting. Idle workers go as idle grains do.
/// </summary>
internal sealed class WorkerPool(GrainId grainId, GrainClass grainClass, Silo silo)
{
    private readonly Lock _gate = new();
    private readonly List<Activation> _workers = [];

    public bool TryReceive(TurnRequest request)
    {
        lock (_gate)
        {
            if (silo.Status != SiloStatus.Active)
            {
                return false;
            }

            _workers.RemoveAll(worker => worker.State is ActivationState.Ending or ActivationState.Ended);
            if (_workers.Find(worker => worker.IsInactive) is { } idle)
            {
                return idle.TryReceive(request);
            }

            if (_workers.Count == grainClass.StatelessWorker!.MaxLocalWorkers)
            {
                return _workers.MinBy(worker => worker.WaitingCount)!.TryReceive(request);
            }

            Hire(request);
            return true;
        }
    }

    private void Hire(TurnRequest waiting)
    {
        var worker = new Activation(grainId, grainClass, silo, waiting, this);
        _workers.Add(worker);
        worker.Start();
    }

    /// <summary>A worker has ended; what it left goes to a new one.</summary>
    public void OnWorkerEnded(Activation worker, TurnRequest? waiting)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
            if (waiting is not null && silo.Status == SiloStatus.Active)
            {
                Hire(waiting);
                return;
            }
        }

        TurnQueue.FailAll(waiting, new SiloUnavailableException($"The silo of {grainId} is shutting down."));
    }
}
