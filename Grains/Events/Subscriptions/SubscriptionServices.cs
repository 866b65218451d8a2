using Buildify.Events.Personal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Events.Subscriptions;

internal static class SubscriptionServices
{
    /// <summary>What the grains of subscriptions ask for, beside the pool and the web hooks' sink.</summary>
    public static IServiceCollection AddSubscriptionGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<SubscriptionMetrics>();
        services.TryAddSingleton<HandlerSink>();
        services.TryAddSingleton<PersonalFields>();
        return services;
    }
}
