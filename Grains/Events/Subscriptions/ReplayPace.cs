namespace Buildify.Events.Subscriptions;

/// <summary>How fast events up to a position may be delivered.</summary>
/// <param name="perSecond">At least 1.</param>
internal sealed class ReplayPace(long until, int perSecond, DateTimeOffset start)
{
    private DateTimeOffset _since = start;
    private double _tokens = Burst(perSecond);

    public long Until => until;

    public int PerSecond => perSecond;

    /// <summary>How many may go out now.</summary>
    public int Allowed(DateTimeOffset now)
    {
        if (now > _since)
        {
            _tokens = Math.Min(_tokens + ((now - _since).TotalSeconds * perSecond), Burst(perSecond));
            _since = now;
        }
        return (int)_tokens;
    }

    public void Take(int count) => _tokens -= count;

    /// <summary>When it is worth looking again.</summary>
    public TimeSpan Rest => TimeSpan.FromSeconds(Math.Max(0.05, 1.0 / perSecond));

    // What a tenth of a second lets through goes at once.
    private static double Burst(int perSecond) => Math.Max(1, perSecond / 10.0);
}
