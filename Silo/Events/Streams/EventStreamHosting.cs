using Buildify.Events;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Events.Streams;

/// <summary>Makes the event log the streams of <see cref="EventStreams"/>.</summary>
internal static class EventStreamHosting
{
    /// <summary>For a silo that has the platform's grains. Wants <c>AddPostgres</c>, and the owners of the log somewhere in the cluster.</summary>
    public static ISiloBuilder AddEventStreams(this ISiloBuilder silo)
    {
        var configuration = silo.Configuration;
        silo.Services.AddOptions<EventStreamOptions>().Configure(options => options.Read(configuration)).ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventStreamOptions>, EventStreamOptions.Validation>());
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<EventLogSource>();
        silo.Services.TryAddSingleton<DeliveredPositions>();
        silo.Services.AddHostedService(services => services.GetRequiredService<DeliveredPositions>());
#if ORLEANS
        return Queues.EventQueueHosting.AddEventQueues(silo);
#else
        silo.AddLogStreams(EventStreams.Provider);
        silo.Services.AddHostedService<Embedded.EventPumps>();
        return silo;
#endif
    }
}
