namespace Buildify.Worker.Execution;

/// <summary>How long a task waits for its next attempt.</summary>
internal static class Backoff
{
    /// <summary>
    /// Half of what the failures so far ask for, and a random part of the other half: it grows with each failure for all to see, and tasks
    /// that failed together do not come back together.
    /// </summary>
    /// <param name="attempt">The one that failed, from 1.</param>
    /// <param name="firstSeconds">After the first failure; doubled with each further one.</param>
    /// <param name="mostSeconds">The bound.</param>
    /// <param name="random">0 to 1.</param>
    /// <returns>In seconds.</returns>
    public static double Delay(int attempt, double firstSeconds, double mostSeconds, double random)
    {
        // 2^1000 is still a double; the bound cuts it.
        var whole = Math.Min(mostSeconds, firstSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 1000)));
        return Math.Max(0, (whole / 2) + (random * whole / 2));
    }
}
