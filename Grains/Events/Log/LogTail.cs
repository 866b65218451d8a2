using System.Collections.Immutable;

namespace Buildify.Events.Log;

/// <summary>The newest events of a partition, for readers that are near its end. Bounded by count and by bytes.</summary>
/// <param name="start">Everything behind this position is here.</param>
internal sealed class LogTail(long start, int maxEvents = 4_096, long maxBytes = 8 * 1024 * 1024)
{
    /// <summary>What one answer to a reader may have.</summary>
    public const long MaxSliceBytes = 4 * 1024 * 1024;

    // A ring: the oldest is at _first.
    private readonly LoggedEvent[] _events = new LoggedEvent[maxEvents];
    private int _first;
    private int _count;
    private long _bytes;

    /// <summary>Everything behind this position, and nothing else, is here.</summary>
    public long Start { get; private set; } = start;

    /// <param name="next">Behind all that are here.</param>
    public void Add(LoggedEvent next)
    {
        if (_count == _events.Length) Forget();
        _events[(_first + _count) % _events.Length] = next;
        _count++;
        _bytes += BytesOf(next);
        while (_bytes > maxBytes && _count > 0) Forget();
    }

    /// <summary>The events behind a position, the oldest first.</summary>
    /// <param name="after">Not before <see cref="Start"/>.</param>
    public (ImmutableArray<LoggedEvent> Events, bool IsWhole) Behind(long after, int max)
    {
        var from = FirstBehind(after);
        var (count, bytes) = (0, 0L);
        while (from + count < _count && count < max && bytes < MaxSliceBytes) bytes += BytesOf(At(from + count++));
        var events = ImmutableArray.CreateBuilder<LoggedEvent>(count);
        for (var index = 0; index < count; index++) events.Add(At(from + index));
        return (events.MoveToImmutable(), from + count == _count);
    }

    private int FirstBehind(long after)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Position > after) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void Forget()
    {
        var oldest = _events[_first];
        _events[_first] = null!;
        _first = (_first + 1) % _events.Length;
        _count--;
        _bytes -= BytesOf(oldest);
        Start = oldest.Position;
    }

    private LoggedEvent At(int index) => _events[(_first + index) % _events.Length];

    // Two bytes a character, and about as much as the rest of it takes.
    private static long BytesOf(LoggedEvent one) => (one.Payload.Text.Length * 2L) + 300;
}
