using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>
/// A subscription to a stream whose items come out of a log, as the reader of the log sees it. Its place outlives the reader, as long as
/// the cluster has a silo.
/// </summary>
public sealed class LogSubscription
{
    private readonly Lock _gate = new();
    private readonly StreamSubscription _subscription;
    private long? _position;
    private int _moves;

    internal LogSubscription(StreamSubscription subscription) => _subscription = subscription;

    public StreamId Stream => _subscription.Stream;

    /// <summary>Unsubscribed: nothing more is delivered.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>It went back by itself, and has not caught up since.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Up to where it has everything, null until a reader says so; and how often it moved itself.</summary>
    public (long? Position, int Moves) Place
    {
        get
        {
            lock (_gate)
            {
                return (_position, _moves);
            }
        }
    }

    internal StreamSubscription Subscription => _subscription;

    /// <summary>For one that has no place yet.</summary>
    public void StartAt(long position)
    {
        lock (_gate)
        {
            _position ??= position;
        }
    }

    /// <summary>Everything up to there was delivered. Refused where it moved itself meanwhile.</summary>
    public bool TryAdvance(long position, int moves)
    {
        lock (_gate)
        {
            if (moves != _moves)
            {
                return false;
            }

            _position = position;
            return true;
        }
    }

    /// <summary>There is nothing that it has not got. Ignored where it moved itself meanwhile.</summary>
    public void SetCaughtUp(int moves)
    {
        lock (_gate)
        {
            IsBehind &= moves != _moves;
        }
    }

    public override string ToString() => $"{_subscription.Consumer} to {_subscription.Stream}";

    /// <summary>The subscriber wants what the token names, and what comes behind it.</summary>
    internal void Move(StreamSequenceToken token)
    {
        lock (_gate)
        {
            _position = token.EventIndex == 0 ? token.SequenceNumber - 1 : token.SequenceNumber;
            _moves++;
            IsBehind = true;
        }
    }
}

/// <summary>What became of items that were to be delivered: the first so many were, and where there is an error, the next was not.</summary>
public readonly record struct LogDelivered(int Count, Exception? Error);

/// <summary>How far a turn has come with its items.</summary>
internal sealed class LogProgress(LogSubscription subscription, int moves)
{
    public int Count { get; set; }

    /// <summary>A subscriber that moved itself is given what is there, not what would have come.</summary>
    public bool MayGoOn => subscription.Place.Moves == moves && !subscription.IsEnded;
}

/// <summary>Several items as one turn of the grain that subscribed.</summary>
internal sealed class LogDelivery(LogSubscription subscription, IReadOnlyList<SequentialItem<object>> items, int moves, string provider) : GrainRequest
{
    private readonly TaskCompletionSource<LogDelivered> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogProgress _progress = new(subscription, moves);

    public Task<LogDelivered> Done => _done.Task;

    internal override async Task RunAsync(Activation activation)
    {
        try
        {
            RequestContext.Values = Context;
            var handler = await activation.Component<StreamHandlers>().FindAsync(subscription.Subscription, provider, activation);
            if (handler is null)
            {
                // As Orleans does: a grain that did not resume what it subscribed to gets nothing.
                _progress.Count = items.Count;
            }
            else if (_progress.MayGoOn)
            {
                await handler.OnNextAsync(items, _progress);
            }

            _done.TrySetResult(new LogDelivered(_progress.Count, null));
        }
        catch (Exception exception)
        {
            _done.TrySetResult(new LogDelivered(_progress.Count, exception));
        }
        finally
        {
            activation.Finished(this);
        }
    }

    internal override void Fail(Exception exception) => _done.TrySetResult(new LogDelivered(_progress.Count, exception));
}
