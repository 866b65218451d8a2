using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Buildify.Events.Streams;

[Alias("test.event-listener")]
internal interface IEventListenerGrain : IGrainWithStringKey
{
    [Alias("End")]
    Task End();
}

/// <summary>Gets its tenant's events without having asked.</summary>
[ImplicitStreamSubscription(EventStreams.Namespace)]
internal sealed class EventListenerGrain : Grain, IEventListenerGrain
{
    public const string Kind = "listener";

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        this.GetStreamProvider(EventStreams.Provider).GetStream<LoggedEvent>(EventStreams.Namespace, this.GetPrimaryKeyString())
            .SubscribeAsync((item, token) => EventRecorder.Find(Kind, this.TenantId())?.Take(Checked(item, token)) ?? Task.CompletedTask);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static LoggedEvent Checked(LoggedEvent item, StreamSequenceToken? token)
    {
        token.ShouldBe(new EventSequenceTokenV2(item.Position));
        return item;
    }
}

[Alias("test.event-rewinder")]
internal interface IEventRewinderGrain : IGrainWithStringKey
{
    /// <param name="from">The first position that is wanted; null for what comes.</param>
    [Alias("Subscribe")]
    Task Subscribe(long? from);

    [Alias("SubscribeInBatches")]
    Task SubscribeInBatches(long? from);

    /// <returns>How many subscriptions there were.</returns>
    [Alias("Resume")]
    Task<int> Resume(long? from);

    [Alias("Unsubscribe")]
    Task Unsubscribe();
}

/// <summary>Asks for its tenant's events, from where the test says.</summary>
internal sealed class EventRewinderGrain : Grain, IEventRewinderGrain
{
    public const string Kind = "rewinder";

    private IAsyncStream<LoggedEvent> Stream =>
        this.GetStreamProvider(EventStreams.Provider).GetStream<LoggedEvent>(EventStreams.Namespace, this.GetPrimaryKeyString());

    public Task Subscribe(long? from) => Stream.SubscribeAsync(new Observer(this.TenantId()), Token(from));

    public Task SubscribeInBatches(long? from) => Stream.SubscribeAsync(new BatchObserver(this.TenantId()), Token(from));

    public async Task<int> Resume(long? from)
    {
        var handles = await Stream.GetAllSubscriptionHandles();
        foreach (var handle in handles) await handle.ResumeAsync(new Observer(this.TenantId()), Token(from));
        return handles.Count;
    }

    public async Task Unsubscribe()
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles()) await handle.UnsubscribeAsync();
    }

    private static EventSequenceTokenV2? Token(long? from) => from is { } position ? new EventSequenceTokenV2(position) : null;

    private sealed class Observer(string tenant) : IAsyncObserver<LoggedEvent>
    {
        public Task OnNextAsync(LoggedEvent item, StreamSequenceToken? token = null) => EventRecorder.Of(Kind, tenant).Take(item);

        public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
    }

    private sealed class BatchObserver(string tenant) : IAsyncBatchObserver<LoggedEvent>
    {
        public async Task OnNextAsync(IList<SequentialItem<LoggedEvent>> items)
        {
            foreach (var item in items) await EventRecorder.Of(Kind, tenant).Take(item.Item);
        }

        public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
    }
}
