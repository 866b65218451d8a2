using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Which request runs when.</summary>
internal sealed partial class Activation
{
    // After so many requests that ended at once, other activations get the thread.
    private const int MostInOneTurn = 256;

    private static readonly Action<object?> PumpAction = static activation => ((Activation)activation!).Pump();

    private TurnRequest? _blocking;
    private int _running;
    private int _waitingToInterleave;
    private bool _pumpIsQueued;
    private bool _isPumping;

    public int WaitingCount => _waiting.Count;

    public bool IsInactive => _running == 0 && _waiting.Count == 0 && State is not (ActivationState.Starting or ActivationState.Ending);

    public bool TryReceive(TurnRequest request)
    {
        lock (_turns)
        {
            if (State == ActivationState.Ended)
            {
                return false;
            }

            if (IsFull && !request.IsLocal)
            {
                // Answered outside the queue; the caller did reach the grain.
                request.Fail(new LimitExceededException(
                    nameof(SiloMessagingOptions.MaxEnqueuedRequestsHardLimit), _running + _waiting.Count, Limit, this));
                return true;
            }

            SetActivation(request);
            _waiting.Add(request);
            var mayInterleave = MayInterleave(request);
            _waitingToInterleave += mayInterleave ? 1 : 0;
            if (_running == 0 || _blocking is null || mayInterleave)
            {
                QueuePump();
            }
        }

        return true;
    }

    private int Limit => Class.StatelessWorker is null ? Silo.Messaging.MaxEnqueuedRequestsHardLimit
        : Silo.Messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker;

    private bool IsFull => Limit > 0 && _running + _waiting.Count >= Limit;

    private void SetActivation(TurnRequest request)
    {
        if (request is GrainCall call)
        {
            call.Activation = this;
        }
    }

    /// <summary>Whether it is worth looking at while another request runs.</summary>
    private bool MayInterleave(TurnRequest request) =>
        Class.MayInterleaveAny || request.AlwaysInterleaves || request.IsReadOnly || request.ReentrancyId != default;

    private void QueuePump()
    {
        if (_pumpIsQueued || _isPumping)
        {
            return;
        }

        _pumpIsQueued = true;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            new Task(PumpAction, this).Start(_turns);
        }
    }

    /// <summary>Starts every request that may start.</summary>
    private void Pump()
    {
        lock (_turns)
        {
            _pumpIsQueued = false;
            _isPumping = true;
        }

        for (var started = 0; ; started++)
        {
            TurnRequest? request;
            lock (_turns)
            {
                request = started < MostInOneTurn ? TakeAdmissible() : null;
                if (request is null)
                {
                    _isPumping = false;
                    if (started == MostInOneTurn)
                    {
                        QueuePump();
                    }

                    return;
                }
            }

            _ = request.RunAsync(this);
        }
    }

    private TurnRequest? TakeAdmissible()
    {
        if (State is ActivationState.Starting or ActivationState.Ended)
        {
            return null;
        }

        TurnRequest? previous = null;
        var request = _waiting.First;
        while (request is not null)
        {
            var next = request.Next;
            if (request.IsAbandoned)
            {
                Take(previous, request);
            }
            else if ((State == ActivationState.Active || request.IsLocal) && IsAdmissible(request))
            {
                Take(previous, request);
                Begin(request);
                return request;
            }
            else if (_waitingToInterleave == 0 && State == ActivationState.Active)
            {
                return null;
            }
            else
            {
                previous = request;
            }

            request = next;
        }

        return null;
    }

    private void Take(TurnRequest? previous, TurnRequest request)
    {
        _waiting.Remove(previous, request);
        _waitingToInterleave -= MayInterleave(request) ? 1 : 0;
    }

    private void Begin(TurnRequest request)
    {
        _running++;
        if (_blocking is null && !request.AlwaysInterleaves)
        {
            _blocking = request;
        }
    }

    private bool IsAdmissible(TurnRequest request)
    {
        if (_running == 0 || request.AlwaysInterleaves || _blocking is null)
        {
            return true;
        }

        return (_blocking.IsReadOnly && request.IsReadOnly)
            || IsInReentrantSection(request.ReentrancyId)
            || Class.MayInterleave(GrainInstance!, request, _blocking);
    }

    /// <summary>Every request that was started says so when it is done, as a turn of this activation.</summary>
    public void Finished(TurnRequest request)
    {
        lock (_turns)
        {
            _running--;
            if (ReferenceEquals(_blocking, request))
            {
                _blocking = null;
            }

            if (request.KeepsAlive)
            {
                _usedAt = Silo.Time.GetTimestamp();
            }

            if (State == ActivationState.Ending && _running == 0)
            {
                QueueEnd();
            }
            else if (_waiting.Count > 0)
            {
                QueuePump();
            }
        }
    }

    public void EnterReentrantSection(Guid chain)
    {
        lock (_turns)
        {
            var sections = (_extras ??= new ActivationExtras()).ReentrantSections ??= [];
            sections[chain] = sections.GetValueOrDefault(chain) + 1;
        }
    }

    public void LeaveReentrantSection(Guid chain)
    {
        lock (_turns)
        {
            if (_extras?.ReentrantSections is { } sections && sections.TryGetValue(chain, out var depth))
            {
                if (depth == 1)
                {
                    sections.Remove(chain);
                }
                else
                {
                    sections[chain] = depth - 1;
                }
            }
        }
    }

    private bool IsInReentrantSection(Guid chain) => chain != default && _extras?.ReentrantSections?.ContainsKey(chain) == true;
}
