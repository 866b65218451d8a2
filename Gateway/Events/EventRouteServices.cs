using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Events;

/// <summary>Registers what the routes of events want.</summary>
internal static class EventRouteServices
{
    /// <summary>Wants an <see cref="Buildify.Events.EventCatalog"/> and an <see cref="Buildify.Events.IEventPublisher"/>.</summary>
    public static void AddEventRoutes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EventStreamOptions>().Configure(options => options.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventStreamOptions>, AllErrors>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton(provider => new EventStreams(provider.GetRequiredService<IOptions<EventStreamOptions>>().Value.MaxStreams));
    }

    private sealed class AllErrors : IValidateOptions<EventStreamOptions>
    {
        public ValidateOptionsResult Validate(string? name, EventStreamOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
