using System.Collections.Immutable;
using Buildify.Health;
using Microsoft.AspNetCore.Http;

namespace Buildify.Hosting.Management;

internal static class ReadyAnswer
{
    /// <summary>200 when this process can serve, else 503; either way what was found.</summary>
    public static async Task Write(HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var readiness = await Readiness.Check(grains, time, http.RequestAborted);
        if (!readiness.IsReady)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "2";
        }
        var checks = ImmutableSortedDictionary<string, HealthCheck>.Empty.Add("cluster", readiness.Cluster).Add("postgres", readiness.Postgres);
        var document = new ReadyDocument(readiness.IsReady ? "ready" : "unready", checks);
        await http.Response.WriteAsJsonAsync(document, BuildifyJson.Options, http.RequestAborted);
    }
}

internal sealed record ReadyDocument(string Status, ImmutableSortedDictionary<string, HealthCheck> Checks);
