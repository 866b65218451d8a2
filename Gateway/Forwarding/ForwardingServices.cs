using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Forwarding;

internal static class ForwardingServices
{
    public static void AddForwarding(this IServiceCollection services)
    {
        services.AddOptions<ForwardingOptions>().Configure<IConfiguration>((options, configuration) => options.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ForwardingOptions>, AllErrors>();
        // A backend's headers leave with the bytes they came with; without this a letter beyond ASCII would break the answer.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1);
        services.AddSingleton<Circuits>();
        services.AddSingleton<Assertions>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<ModuleForward>();
    }

    private sealed class AllErrors : IValidateOptions<ForwardingOptions>
    {
        public ValidateOptionsResult Validate(string? name, ForwardingOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
