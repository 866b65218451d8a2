namespace Buildify.Worker.Queues;

/// <summary>
/// How a loop goes on while what it talks to is away: the pause grows from 100 ms to 2 s, and the outage is told once, as is its end.
/// </summary>
internal sealed class Outage(Action<Exception> begin, Action end, TimeProvider time)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private bool _isOut;
    private TimeSpan _pause = FirstPause;

    public async Task Pause(Exception error, CancellationToken stop)
    {
        TimeSpan pause;
        bool isFirst;
        lock (_lock)
        {
            (isFirst, _isOut) = (!_isOut, true);
            (pause, _pause) = (_pause, _pause * 2 > LongestPause ? LongestPause : _pause * 2);
        }
        if (isFirst) begin(error);
        await Task.Delay(pause, time, stop);
    }

    public void Over()
    {
        if (!Volatile.Read(ref _isOut)) return;
        lock (_lock)
        {
            if (!_isOut) return;
            (_isOut, _pause) = (false, FirstPause);
        }
        end();
    }
}
