using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Buildify.Hosting.Management;

/// <summary>Where operators' tools reach this process.</summary>
internal sealed class ManagementOptions
{
    /// <summary>
    /// <c>Management__Port</c>: a port of its own for <c>/metrics</c>, on every address, 1 to 65535. By default none: then the
    /// metrics are on the public port, for loopback and for administrators.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>As configured, where it is no port.</summary>
    public string? Bad { get; set; }

    public static ManagementOptions Read(IConfiguration configuration)
    {
        var text = configuration["Management:Port"];
        if (string.IsNullOrEmpty(text)) return new();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? new() { Port = port }
            : new() { Bad = text };
    }
}

internal static class ManagementPort
{
    /// <summary>Listens on the management port too, where one is set, beside what else the process listens on.</summary>
    public static void AddManagementPort(this WebApplicationBuilder builder)
    {
        var options = ManagementOptions.Read(builder.Configuration);
        builder.Services.AddSingleton<IValidateOptions<ManagementOptions>, PortIsPort>();
        builder.Services.AddOptions<ManagementOptions>().Configure(bound => (bound.Port, bound.Bad) = (options.Port, options.Bad)).ValidateOnStart();
        if (options.Port is not { } port) return;

        // As Kestrel itself would: URLS, else HTTP_PORTS, else its own default. What is set in code replaces all of them.
        var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
        var ports = builder.WebHost.GetSetting(WebHostDefaults.HttpPortsKey);
        if (string.IsNullOrEmpty(urls))
        {
            urls = string.IsNullOrEmpty(ports)
                ? "http://localhost:5000"
                : string.Join(';', ports.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(each => $"http://*:{each}"));
        }
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, $"{urls};http://*:{port}");
    }

    private sealed class PortIsPort : IValidateOptions<ManagementOptions>
    {
        public ValidateOptionsResult Validate(string? name, ManagementOptions options) => options.Bad is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Management__Port is '{options.Bad}'; it must be a port from 1 to 65535.");
    }
}
