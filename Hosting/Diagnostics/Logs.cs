using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Buildify.Hosting.Diagnostics;

internal static class Logs
{
    /// <summary>One JSON object a line on standard output, or plain lines in Development; each with the ids of its request.</summary>
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        // At the front, so that what an operator sets in Logging__LogLevel__* wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Services.AddSingleton<IExternalScopeProvider, CallScopes>();
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.IncludeScopes = true;
            });
            return;
        }
        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
    }

    // ASP.NET's line at every request says less than the metrics do, and costs more than the request.
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // While this category could log at all, the server makes an activity and a log scope for every request: a tenth of /alive.
        // The gateway keeps the ids by itself, and a tracer that listens gets its activities all the same.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:Orleans"] = "Warning",
    };
}
