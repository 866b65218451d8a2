namespace Buildify.Tasks.Queues;

/// <summary>How many ended in the last minute, second by second.</summary>
internal sealed class Throughput
{
    private const int Span = 60;
    private readonly int[] _counts = new int[Span];
    private long _second;

    public void Add(int count, double now)
    {
        Advance((long)now);
        _counts[_second % Span] += count;
    }

    public double PerSecond(double now)
    {
        Advance((long)now);
        return _counts.Sum() / (double)Span;
    }

    private void Advance(long second)
    {
        if (second - _second >= Span) Array.Clear(_counts);
        else for (var passed = _second + 1; passed <= second; passed++) _counts[passed % Span] = 0;
        _second = second;
    }
}
