using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Events;

public static class EventPublisherServices
{
    /// <summary>
    /// Registers <see cref="IEventPublisher"/>, for a silo as for a client of the cluster; called again it changes nothing. Wants an
    /// <see cref="IGrainFactory"/> and an <see cref="EventCatalog"/>.
    /// </summary>
    public static IServiceCollection AddEventPublisher(this IServiceCollection services)
    {
        services.TryAddSingleton<IEventPublisher, EventPublisher>();
        return services;
    }
}
