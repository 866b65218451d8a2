using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Problems;
using Buildify.Health;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Management;

namespace Buildify.Gateway.Health;

/// <summary>What runs: version, runtime, modules; for those who run it also where.</summary>
internal static class StatusApi
{
    private static readonly string Version =
        typeof(StatusApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static async Task<IResult> Status(HttpContext http, HealthChecks checks, IGrainFactory grains, TimeProvider time)
    {
        var report = await checks.Check(http.RequestAborted);
        var modules = report.Checks
            .Where(check => check.Key is not (HealthReport.Postgres or HealthReport.Cluster))
            .Select(check => new StatusModule(check.Key, check.Value.Status));
        var silos = http.User.IsPlatformAdministrator() ? await Silos(grains, time, http.RequestAborted) : null;
        return Answer.Json(new StatusAnswer(report.Status, Version, ClusterRuntime.Name, [.. modules], silos, time.GetUtcNow()));
    }

    private static async Task<StatusSilo[]?> Silos(IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var management = grains.GetGrain<IManagementGrain>(0);
            var silos = await management.GetDetailedHosts(onlyActive: true).WaitAsync(Readiness.Limit, time, cancellation);
            var now = time.GetUtcNow().UtcDateTime;
            return [.. silos.Select(silo => new StatusSilo(
                silo.SiloName,
                RoleOf(silo.SiloName),
                JsonNamingPolicy.SnakeCaseLower.ConvertName(silo.Status.ToString()),
                Math.Max(0, (now - silo.StartTime).TotalSeconds)))];
        }
        catch (Exception error) when (ProblemOfException.IsAway(error))
        {
            return [];
        }
    }

    // A silo's name begins with its role (ClusterHosting).
    private static string RoleOf(string name) => name.Split('-')[0];
}

/// <param name="Silos">For a platform administrator.</param>
internal sealed record StatusAnswer(
    HealthStatus Status, string Version, string Runtime, ImmutableArray<StatusModule> Modules,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StatusSilo[]? Silos, DateTimeOffset Ts);

internal sealed record StatusModule(string Name, HealthStatus Status);

internal sealed record StatusSilo(string Name, string Role, string State, double UptimeSeconds);
