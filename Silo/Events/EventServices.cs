using Buildify.Silo.Tasks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Events;

/// <summary>Registers what a silo does for events beside its grains.</summary>
internal static class EventServices
{
    /// <summary>Wants <c>AddPostgres</c> and the modules' databases; the relay that empties the outbox is that of the tasks.</summary>
    public static void AddEventUpkeep(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EventUpkeepOptions>().Configure(options => options.Read(configuration)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventUpkeepOptions>, Validation>());
        services.AddSingleton<EventRetention>();
        services.AddHostedService<EventUpkeep>();
        services.AddHostedService<EventListener>();
        services.AddSingleton<IOutbox, EventOutbox>();
    }

    private sealed class Validation : IValidateOptions<EventUpkeepOptions>
    {
        public ValidateOptionsResult Validate(string? name, EventUpkeepOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
