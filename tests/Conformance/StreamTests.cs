using System.Collections.Concurrent;
using Orleans.Streams;

namespace Conformance;

[Alias("conformance.listener")]
internal interface IListenerGrain : IGrainWithStringKey
{
    [Alias("received")]
    Task<string[]> Received();

    [Alias("end")]
    Task End();
}

[ImplicitStreamSubscription("conformance")]
internal sealed class ListenerGrain : Grain, IListenerGrain
{
    private static readonly ConcurrentDictionary<string, int> Attempts = new();
    private readonly List<string> _received = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stream = this.GetStreamProvider(SharedCluster.Streams).GetStream<string>(StreamId.Create("conformance", this.GetPrimaryKeyString()));
        await stream.SubscribeAsync(async (item, _) =>
        {
            await Task.Yield();
            if (item == "fails at first" && Attempts.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1) == 1)
            {
                throw new InvalidOperationException("not at first");
            }

            _received.Add(item);
        });
    }

    public Task<string[]> Received() => Task.FromResult<string[]>([.. _received]);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[Alias("conformance.subscriber")]
internal interface ISubscriberGrain : IListenerGrain
{
    [Alias("subscribe")]
    Task Subscribe(string stream);

    [Alias("resume")]
    Task<int> Resume(string stream);

    [Alias("unsubscribe")]
    Task Unsubscribe(string stream);

    [Alias("publish")]
    Task Publish(string stream, string[] items);
}

internal sealed class SubscriberGrain : Grain, ISubscriberGrain
{
    private readonly List<string> _received = [];

    public Task Subscribe(string stream) => Stream(stream).SubscribeAsync(Receive);

    public async Task<int> Resume(string stream)
    {
        var handles = await Stream(stream).GetAllSubscriptionHandles();
        foreach (var handle in handles)
        {
            await handle.ResumeAsync(Receive);
        }

        return handles.Count;
    }

    public async Task Unsubscribe(string stream)
    {
        foreach (var handle in await Stream(stream).GetAllSubscriptionHandles())
        {
            await handle.UnsubscribeAsync();
        }
    }

    public async Task Publish(string stream, string[] items)
    {
        foreach (var item in items)
        {
            await Stream(stream).OnNextAsync(item);
        }
    }

    public Task<string[]> Received() => Task.FromResult<string[]>([.. _received]);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private Task Receive(string item, StreamSequenceToken? token)
    {
        _received.Add(item);
        return Task.CompletedTask;
    }

    private IAsyncStream<string> Stream(string key) => this.GetStreamProvider(SharedCluster.Streams).GetStream<string>(StreamId.Create("explicit", key));
}

[Collection(SharedCluster.Name)]
public sealed class StreamTests(SharedCluster shared)
{
    [Fact]
    public async Task A_grain_of_the_stream_s_key_gets_its_items_in_order_without_having_been_called()
    {
        var items = Enumerable.Range(0, 20).Select(i => $"item {i}").ToArray();
        foreach (var item in items)
        {
            await Implicit("in order").OnNextAsync(item);
        }

        await Received(Listener("in order"), items);
    }

    [Fact]
    public async Task Items_go_to_the_next_activation_when_the_first_has_ended()
    {
        await Implicit("moves").OnNextAsync("one");
        await Received(Listener("moves"), "one");
        await Listener("moves").End();
        await Implicit("moves").OnNextAsync("two");
        await Received(Listener("moves"), "two");
    }

    [Fact]
    public async Task A_handler_that_throws_gets_the_item_again_before_the_next()
    {
        await Implicit("again").OnNextAsync("fails at first");
        await Implicit("again").OnNextAsync("next");
        await Received(Listener("again"), "fails at first", "next");
    }

    [Fact]
    public async Task A_grain_gets_what_it_subscribed_to_until_it_unsubscribes()
    {
        var subscriber = shared.Grains.GetGrain<ISubscriberGrain>("subscriber");
        await subscriber.Subscribe("news");
        await subscriber.Publish("news", ["one", "two"]);
        await Received(subscriber, "one", "two");

        var other = shared.Grains.GetGrain<ISubscriberGrain>("other subscriber");
        await other.Subscribe("news");
        await subscriber.Unsubscribe("news");
        await subscriber.Publish("news", ["three"]);
        await Received(other, "three");
        (await subscriber.Received()).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_subscription_outlives_its_activation_and_is_resumed()
    {
        var subscriber = shared.Grains.GetGrain<ISubscriberGrain>("resumes");
        await subscriber.Subscribe("serial");
        await subscriber.End();
        (await subscriber.Resume("serial")).ShouldBe(1);
        await subscriber.Publish("serial", ["later"]);
        await Received(subscriber, "later");
    }

    private IAsyncStream<string> Implicit(string key) =>
        shared.Cluster.Client.GetStreamProvider(SharedCluster.Streams).GetStream<string>(StreamId.Create("conformance", key));

    private IListenerGrain Listener(string key) => shared.Grains.GetGrain<IListenerGrain>(key, typeof(ListenerGrain).FullName);

    private static async Task Received(IListenerGrain grain, params string[] items)
    {
        await Signals.Until(async () => (await grain.Received()).Length >= items.Length, $"{items.Length} items");
        (await grain.Received()).ShouldBe(items);
    }
}
