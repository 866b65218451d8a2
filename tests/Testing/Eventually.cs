namespace Buildify.Testing;

/// <summary>For what comes true by itself, at a time that nobody promises.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries until it succeeds; after a minute the last failure is the test's.</summary>
    public static async Task Succeeds(Func<Task> attempt)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(start) < Limit)
            {
                await Task.Delay(Between, TimeProvider.System);
            }
        }
    }
}
