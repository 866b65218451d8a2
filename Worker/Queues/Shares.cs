namespace Buildify.Worker.Queues;

/// <summary>
/// Who may ask for how much of a worker's room. A partition that fills what it is given shares with those that do too; an idle one waits
/// with a small part, so that it does not hold what others could use.
/// </summary>
internal sealed class Shares
{
    private int _all;
    private int _busy;

    public void Join() => Interlocked.Increment(ref _all);

    public void Leave(bool isBusy)
    {
        Interlocked.Decrement(ref _all);
        if (isBusy) Interlocked.Decrement(ref _busy);
    }

    /// <summary>From idle to busy, or back.</summary>
    public bool Become(bool wasBusy, bool isBusy)
    {
        if (!wasBusy && isBusy) Interlocked.Increment(ref _busy);
        if (wasBusy && !isBusy) Interlocked.Decrement(ref _busy);
        return isBusy;
    }

    /// <returns>At least 1.</returns>
    public int Of(int room, bool isBusy) => Of(room, isBusy, Volatile.Read(ref _all), Volatile.Read(ref _busy));

    internal static int Of(int room, bool isBusy, int all, int busy) => Math.Max(1, room / Math.Max(1, isBusy ? busy : all));
}
