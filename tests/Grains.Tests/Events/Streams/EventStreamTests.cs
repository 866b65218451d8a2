namespace Buildify.Events.Streams;

[Collection("event streams")]
public sealed class EventStreamTests(StreamFixture fixture)
{
    [Fact]
    public async Task A_tenant_s_events_come_to_its_grain_in_order_and_once_each()
    {
        var tenants = new List<string>();
        for (var i = 0; i < 6; i++) tenants.Add(await fixture.NewTenant());
        var recorders = tenants.ConvertAll(StreamFixture.Listener);

        var published = await Task.WhenAll(tenants.Select(tenant => fixture.Publish(tenant, 1_200)));

        for (var i = 0; i < tenants.Count; i++)
        {
            await recorders[i].Distinct(1_200);
            recorders[i].Ids().ShouldBe(published[i]);
            recorders[i].Taken().ShouldAllBe(@event => @event.Tenant == tenants[i]);
        }
    }

    [Fact]
    public async Task Events_go_to_the_next_activation_when_the_first_has_ended()
    {
        var tenant = await fixture.NewTenant();
        var recorder = StreamFixture.Listener(tenant);
        var ids = await fixture.Publish(tenant, 3);
        await recorder.Distinct(3);

        await fixture.Platform.Grains.GetGrain<IEventListenerGrain>(GrainKeys.Tenant(tenant)).End();
        ids.AddRange(await fixture.Publish(tenant, 3));

        (await recorder.Distinct(6)).ShouldBe(ids);
    }

    [Fact]
    public async Task A_consumer_that_throws_gets_the_event_again_and_others_go_on()
    {
        var (failing, other) = await Neighbours();
        var fails = true;
        var attempts = 0;
        StreamFixture.Listener(failing).Before = _ => Volatile.Read(ref fails) && Interlocked.Increment(ref attempts) > 0
            ? Task.FromException(new InvalidOperationException("Not now."))
            : Task.CompletedTask;
        var recorder = StreamFixture.Listener(other);

        var failed = await fixture.Publish(failing, 20);
        var taken = await fixture.Publish(other, 20);

        (await recorder.Distinct(20)).ShouldBe(taken);
        await Testing.Eventually.Succeeds(() =>
        {
            Volatile.Read(ref attempts).ShouldBeGreaterThan(2);
            return Task.CompletedTask;
        });
        Volatile.Write(ref fails, false);
        (await StreamFixture.Listener(failing).Distinct(20)).ShouldBe(failed);
    }

    [Fact]
    public async Task A_slow_consumer_does_not_hold_up_another_tenant_s()
    {
        var (slow, other) = await Neighbours();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        StreamFixture.Listener(slow).Before = _ => gate.Task;
        var recorder = StreamFixture.Listener(other);

        var waiting = await fixture.Publish(slow, 1_000);
        var taken = await fixture.Publish(other, 300);

        (await recorder.Distinct(300)).ShouldBe(taken);
        gate.SetResult();
        (await StreamFixture.Listener(slow).Distinct(1_000)).ShouldBe(waiting);
    }

    [Fact]
    public async Task Who_subscribes_without_a_token_gets_what_comes_until_it_unsubscribes()
    {
        var tenant = await fixture.NewTenant();
        var listener = StreamFixture.Listener(tenant);
        await fixture.Publish(tenant, 5);
        await listener.Distinct(5);

        await fixture.Rewinder(tenant).Subscribe(from: null);
        var wanted = await fixture.Publish(tenant, 5);
        (await StreamFixture.Recorder(tenant).Distinct(5)).ShouldBe(wanted);

        await fixture.Rewinder(tenant).Unsubscribe();
        await fixture.Publish(tenant, 5);
        await listener.Distinct(15);
        StreamFixture.Recorder(tenant).Ids().ShouldBe(wanted);
    }

    // Two tenants of one partition.
    private async Task<(string, string)> Neighbours()
    {
        var first = await fixture.NewTenant();
        return (first, await fixture.NewTenant(beside: first));
    }
}
