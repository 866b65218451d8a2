using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// One consumer's place. It moves on when the agent has delivered; where that failed, it gives the same again, and nothing is passed by.
/// </summary>
/// <param name="isAskedFor">
/// The consumer named the place. The agent then skips the first batch at times, for the consumer to have it already, and at times does not; so
/// the first is an empty one.
/// </param>
internal sealed class EventQueueCursor(EventPartition partition, EventCursor cursor, StreamId stream, bool isAskedFor) : IQueueCacheCursor
{
    private bool _isMarkDue = isAskedFor;
    private bool _hasFailed;
    private EventBatch? _current;

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current;
    }

    public bool MoveNext()
    {
        if (_isMarkDue)
        {
            _isMarkDue = false;
            _current = new EventBatch(stream, [], EventTokens.MarkAfter(cursor.Position));
            return true;
        }
        if (_current is not null) partition.SetDelivered(cursor, _hasFailed ? cursor.Position : cursor.Given);
        _hasFailed = false;
        var run = partition.Next(cursor, out _);
        _current = run is null ? null : new EventBatch(stream, [.. run.Events], EventTokens.EndOf(run.UpTo));
        return run is not null;
    }

    // It reads on from where it is, whatever comes.
    public void Refresh(StreamSequenceToken token)
    {
    }

    public void RecordDeliveryFailure() => _hasFailed = true;

    public void Dispose() => partition.Close(cursor);
}
