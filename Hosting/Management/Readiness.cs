using Buildify.Health;

namespace Buildify.Hosting.Management;

/// <summary>Whether this process can serve: a grain answers, and PostgreSQL answers that grain.</summary>
/// <param name="Cluster">How long the grain took.</param>
/// <param name="Postgres">What the grain found; unknown is unhealthy.</param>
internal sealed record Readiness(HealthCheck Cluster, HealthCheck Postgres)
{
    /// <summary>For all of it, in time: who asks waits no longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public bool IsReady => Cluster.Status == HealthStatus.Healthy && Postgres.Status == HealthStatus.Healthy;

    public static async Task<Readiness> Check(IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        double ElapsedMs() => time.GetElapsedTime(start).TotalMilliseconds;
        try
        {
            var postgres = await grains.GetGrain<IHealthGrain>(GrainKeys.Platform).CheckPostgres().WaitAsync(Limit, time, cancellation);
            return new(new HealthCheck(HealthStatus.Healthy, ElapsedMs(), Error: null), postgres);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            var words = error is TimeoutException ? $"No grain answered within {Limit.TotalSeconds} s." : $"No grain answers: {error.GetType().Name}.";
            return new(
                new HealthCheck(HealthStatus.Unhealthy, ElapsedMs(), words),
                new HealthCheck(HealthStatus.Unhealthy, ElapsedMs(), "Unknown: the cluster is asked for it."));
        }
    }
}
