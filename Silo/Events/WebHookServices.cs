using System.Globalization;
using System.Net;
using Buildify.Events.Personal;
using Buildify.Events.Subscriptions;
using Buildify.Events.WebHooks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Events;

/// <summary>What subscriptions deliver web hooks by.</summary>
internal static class WebHookServices
{
    private const string Section = "WebHooks";

    /// <summary>Wants <see cref="PersonalFields"/>.</summary>
    public static void AddWebHooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<WebHookOptions>().Configure(options => Read(configuration, options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebHookOptions>, Validation>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(WebHookConnections.Dns);
        services.TryAddSingleton<WebHookMetrics>();
        services.TryAddSingleton(provider => new WebHookConnections(
            provider.GetRequiredService<IOptions<WebHookOptions>>().Value, provider.GetRequiredService<HostLookup>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new WebHookSender(
            provider.GetRequiredService<IOptions<WebHookOptions>>().Value, provider.GetRequiredService<WebHookConnections>(),
            provider.GetRequiredService<WebHookMetrics>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<RevealPersonalFields>(provider => provider.GetRequiredService<PersonalFields>().Reveal);
        services.TryAddSingleton<IWebHookSink, WebHookSink>();
    }

    /// <summary>Reads the settings; what is wrong with them is in the options' errors then.</summary>
    internal static void Read(IConfiguration configuration, WebHookOptions options)
    {
        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            switch (setting.Key.ToUpperInvariant())
            {
                case "CONNECTIONSPERHOST":
                    options.ConnectionsPerHost = Number(setting, options.ConnectionsPerHost, 1_000, options.Errors);
                    break;
                case "CONCURRENCY":
                    options.Concurrency = Number(setting, options.Concurrency, 10_000, options.Errors);
                    break;
                case "TIMEOUTSECONDS":
                    options.TimeoutSeconds = Number(setting, options.TimeoutSeconds, 60, options.Errors);
                    break;
                case "ALLOWEDADDRESSES":
                    ReadNetworks(setting, options);
                    break;
                default:
                    string[] known = [nameof(options.ConnectionsPerHost), nameof(options.Concurrency), nameof(options.TimeoutSeconds), nameof(options.AllowedAddresses)];
                    options.Errors.Add($"{Section}__{setting.Key} is no setting; {Nearest.Hint(setting.Key, known)}");
                    break;
            }
        }
    }

    private static int Number(IConfigurationSection setting, int otherwise, int most, List<string> errors)
    {
        if (int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
        errors.Add($"{Section}__{setting.Key} is '{setting.Value}'; a whole number from 1 to {most.ToString(CultureInfo.InvariantCulture)} is right.");
        return otherwise;
    }

    private static void ReadNetworks(IConfigurationSection list, WebHookOptions options)
    {
        if (list.Value is { Length: > 0 }) options.Errors.Add($"{Section}__{list.Key} is a list; set {Section}__{list.Key}__0 and on, each to a network as 10.0.0.0/8.");
        foreach (var item in list.GetChildren())
        {
            // One address is a network too.
            if (IPAddress.TryParse(item.Value, out var address)) options.AllowedAddresses.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(item.Value, out var network)) options.AllowedAddresses.Add(network);
            else options.Errors.Add($"{Section}__{list.Key}__{item.Key} is '{item.Value}'; a network as 10.1.0.0/16 or fd00::/8 is right.");
        }
    }

    private sealed class Validation : IValidateOptions<WebHookOptions>
    {
        public ValidateOptionsResult Validate(string? name, WebHookOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
