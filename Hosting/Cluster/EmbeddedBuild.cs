namespace Buildify.Hosting.Cluster;

/// <summary>
/// In the embedded build all grains live in one process, so a silo, a worker or a gateway by itself would have nobody to talk to.
/// </summary>
internal static class EmbeddedBuild
{
    /// <summary>Says how this build runs and how to make the other; returns the exit code.</summary>
    public static int Refuse(string program)
    {
        Console.Error.WriteLine(
            $"This build runs as a whole, not as a {program} alone: dotnet run --project AppHost. "
            + $"For processes of their own build with OrleansRuntime=Orleans: OrleansRuntime=Orleans dotnet run --project {program}");
        return 1;
    }
}
