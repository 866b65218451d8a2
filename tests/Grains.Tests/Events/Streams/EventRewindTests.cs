namespace Buildify.Events.Streams;

/// <summary>With memory for a handful of events: nearly everything is read from the log.</summary>
public sealed class EventRewindTests : IAsyncLifetime
{
    private const int CacheKilobytes = 8;

    private StreamFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await StreamFixture.Launch(cacheKilobytes: CacheKilobytes);

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_subscribes_at_a_token_older_than_any_cache_gets_everything_since(bool inBatches)
    {
        var tenant = await _fixture.NewTenant();
        var published = await _fixture.Publish(tenant, 700, padding: 400);
        // The tenant has other events, of which a single test need not know.
        var rewinder = _fixture.Rewinder(tenant);

        await (inBatches ? rewinder.SubscribeInBatches(from: 0) : rewinder.Subscribe(from: 0));

        (await StreamFixture.Recorder(tenant).Distinct(700)).ShouldBe(published);
        published.AddRange(await _fixture.Publish(tenant, 100, padding: 400));
        (await StreamFixture.Recorder(tenant).Distinct(800)).ShouldBe(published);
        StreamFixture.Recorder(tenant).Ids().ShouldBe(published, "each once");
    }

    [Fact]
    public async Task Resuming_at_an_older_token_goes_back_to_it()
    {
        var tenant = await _fixture.NewTenant();
        var published = await _fixture.Publish(tenant, 400, padding: 100);
        var recorder = StreamFixture.Recorder(tenant);
        await _fixture.Rewinder(tenant).Subscribe(from: 0);
        await recorder.Distinct(400);

        var middle = recorder.Taken().Single(@event => @event.Id == published[200]).Position;
        (await _fixture.Rewinder(tenant).Resume(from: middle)).ShouldBe(1);
        // On Orleans the next delivery is what tells the subscriber's new place.
        published.AddRange(await _fixture.Publish(tenant, 1));

        await recorder.Until(events => events.Skip(400).Any(@event => @event.Id == published[^1]), "the last event");
        recorder.Ids().Skip(400).ShouldBe(published.Skip(200));
    }

    [Fact]
    public async Task A_slow_consumer_gets_from_the_log_what_memory_had_no_room_for()
    {
        var slow = await _fixture.NewTenant();
        var other = await _fixture.NewTenant(beside: slow);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StreamFixture.Listener(slow).Before = _ => gate.Task;
        var recorder = StreamFixture.Listener(other);

        var waiting = await _fixture.Publish(slow, 1_500, padding: 200);
        var taken = await _fixture.Publish(other, 600, padding: 200);

        (await recorder.Distinct(600)).ShouldBe(taken);
        gate.SetResult();
        (await StreamFixture.Listener(slow).Distinct(1_500)).ShouldBe(waiting);
        recorder.Ids().ShouldBe(taken, "each once");
    }
}
