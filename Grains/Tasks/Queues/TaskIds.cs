namespace Buildify.Tasks.Queues;

/// <summary>
/// Makes the ids of one partition's tasks, with a count inside the millisecond (RFC 9562, 6.2, method 1), so that they grow.
/// </summary>
internal sealed class TaskIds(int partition, TimeProvider time)
{
    private const int CountBits = 12;

    /// <summary>Milliseconds and the count, in one number that only grows.</summary>
    private long _last;

    public Guid Next()
    {
        _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds() << CountBits);
        return TaskPlacement.NewId(partition, DateTimeOffset.FromUnixTimeMilliseconds(_last >> CountBits), (int)(_last & ((1 << CountBits) - 1)));
    }
}
