using Buildify.Events;
using Npgsql;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Providers;
using Orleans.Serialization;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>Registers the log with Orleans' persistent streams.</summary>
internal static class EventQueueHosting
{
    public static ISiloBuilder AddEventQueues(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<EventQueueAdapter>();
        silo.AddPersistentStreams(EventStreams.Provider, static (services, _) => services.GetRequiredService<EventQueueAdapter>(), streams =>
        {
            streams.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                // The receiver waits by itself, for as long as nothing comes; the timer only starts it again. It does not overlap itself.
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                // After that the cursor gives the batch again: this is how often a consumer's OnError is told, and how long one whose
                // activation fails can keep the agent from reading for others at its first event.
                options.MaxEventDeliveryTime = TimeSpan.FromSeconds(30);
            }));
            streams.ConfigurePartitionBalancing(static (services, _) => ActivatorUtilities.CreateInstance<EventQueueBalancer>(services));
            streams.ConfigureBackoffProvider(static (_, _) => (IMessageDeliveryBackoffProvider)new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10)));
            streams.ConfigureBackoffProvider(static (_, _) => (IQueueReaderBackoffProvider)new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2)));
        });
        // Who subscribed, in Orleans' own words, where documents are.
        silo.AddAdoNetGrainStorage(ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME, options => options.Configure<NpgsqlDataSource, Serializer>((storage, source, serializer) =>
        {
            storage.Invariant = "Npgsql";
            storage.DataSource = source;
            storage.GrainStorageSerializer = new SubscriberSerializer(serializer);
            storage.DeleteStateOnClear = false;
        }));
        return silo.AddIncomingGrainCallFilter<SubscriptionNews>();
    }

    private sealed class Backoff(TimeSpan first, TimeSpan longest) : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
    {
        public TimeSpan Next(int attempt)
        {
            var pause = first * Math.Pow(2, Math.Clamp(attempt, 0, 20));
            return pause < longest ? pause : longest;
        }
    }
}
