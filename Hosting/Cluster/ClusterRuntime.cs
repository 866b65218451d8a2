namespace Buildify.Hosting.Cluster;

/// <summary>Which of the two builds this is. With <see cref="ClusterClient"/>, the one place that knows it at compile time.</summary>
internal static class ClusterRuntime
{
    /// <summary>As <c>/api/status</c> names it.</summary>
    public static string Name =>
#if ORLEANS
        "orleans";
#else
        "embedded";
#endif

    public static bool IsEmbedded => Name == "embedded";
}
