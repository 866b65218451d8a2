using System.Collections.Concurrent;
using Buildify.Events;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// One partition of the log for one pulling agent: its receiver and its cache. What the receiver hands out is only the news that a tenant has
/// events; each consumer's cursor takes them from memory, or reads the log where it is behind. The receiver waits for the log by itself, so the
/// agent's timer has no part in how soon an event is delivered.
/// </summary>
internal sealed class EventQueue(EventPartition partition, DeliveredPositions positions) : IQueueCache, IQueueAdapterReceiver
{
    /// <summary>How long the agent is kept waiting where nothing comes: it has housekeeping to do now and then.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> _ready = new(StringComparer.Ordinal);
    private List<string> _announced = [];
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<EventSlice>? _reading;
    private bool _hasBegun;

    public Task Initialize(TimeSpan timeout)
    {
        partition.Ready += cursor => Announce(cursor.Stream.Tenant);
        return Task.CompletedTask;
    }

    /// <summary>A consumer of the tenant's has something to look at.</summary>
    public void Announce(string tenant)
    {
        _ready[tenant] = true;
        _wake.TrySetResult();
    }

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        await Begin(cancellationToken);
        // The agent has seen what it was given last, and opened cursors for those who want it.
        var news = partition.Unclaimed(_announced).ToDictionary(of => of.Tenant, of => of.After, StringComparer.Ordinal);
        _announced = [.. news.Keys];
        _reading ??= partition.Read();
        if (news.Count == 0 && _ready.IsEmpty) await Wait(cancellationToken);
        if (_reading is { IsCompleted: true } read)
        {
            _reading = null;
            var after = partition.ReadUpTo;
            foreach (var tenant in partition.Add(await read)) news.TryAdd(tenant, after);
        }
        foreach (var tenant in Take()) news.TryAdd(tenant, partition.ReadUpTo);
        _announced = [.. news.Keys];
        return [.. news.Select(of => new EventBatch(EventQueues.StreamOf(of.Key), [], EventTokens.NewsAfter(of.Value)))];
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        if (_hasBegun) await positions.SaveAndRemove(partition, CancellationToken.None);
        partition.Dispose();
    }

    // The partition keeps what is read; what comes here is news only.
    public void AddToCache(IList<IBatchContainer> messages)
    {
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var cursor = partition.Open(EventQueues.TenantOf(streamId) ?? "", token is null ? null : EventTokens.After(token));
        return new EventQueueCursor(partition, cursor, streamId, isAskedFor: token is not null && !EventTokens.IsNews(token));
    }

    public bool IsUnderPressure() => false;

    public int GetMaxAddCount() => EventLogSource.MaxRead;

    private async Task Begin(CancellationToken cancellation)
    {
        if (_hasBegun) return;
        await partition.Begin(cancellation);
        _hasBegun = true;
        positions.Add(partition);
    }

    // For events, for a cursor that has read the log, or for somebody who subscribed.
    private async Task Wait(CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAny(_reading!, _wake.Task).WaitAsync(LongestWait, cancellation);
        }
        catch (TimeoutException)
        {
            // Nothing came.
        }
    }

    private List<string> Take()
    {
        if (_wake.Task.IsCompleted) _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return [.. _ready.Keys.Where(tenant => _ready.TryRemove(tenant, out _))];
    }
}
