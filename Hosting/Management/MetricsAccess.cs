using System.Net;
using Microsoft.AspNetCore.Http;

namespace Buildify.Hosting.Management;

internal enum MetricsVerdict
{
    Allowed,

    /// <summary>They are on the management port, and this is not it.</summary>
    Elsewhere,

    /// <summary>They are for loopback and for administrators.</summary>
    Refused,
}

/// <summary>Who may read the metrics.</summary>
internal static class MetricsAccess
{
    public static MetricsVerdict Decide(HttpContext http, int? managementPort, bool isAdministrator)
    {
        if (managementPort is { } port) return http.Connection.LocalPort == port ? MetricsVerdict.Allowed : MetricsVerdict.Elsewhere;
        if (isAdministrator) return MetricsVerdict.Allowed;

        // Behind a proxy on the same machine everybody comes from loopback; the proxy says so.
        var isForwarded = http.Request.Headers.ContainsKey("X-Forwarded-For") || http.Request.Headers.ContainsKey("Forwarded");
        return !isForwarded && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            ? MetricsVerdict.Allowed
            : MetricsVerdict.Refused;
    }
}
