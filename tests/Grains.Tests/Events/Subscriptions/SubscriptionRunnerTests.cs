using Buildify.Testing;
using Buildify.Testing.Postgres;

namespace Buildify.Events.Subscriptions;

public sealed class SubscriptionRunnerTests(SubscriptionDatabase fixture) : IClassFixture<SubscriptionDatabase>
{
    private PostgresDatabase Database => fixture.Database;

    [Fact]
    public async Task What_was_written_is_delivered_in_order_within_each_key_and_the_cursor_follows()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        await rig.Log.WriteMany(5_000, keys: 7);

        await rig.Look();

        await rig.Delivers(5_000);
        foreach (var key in Enumerable.Range(0, 7)) rig.Sink.Positions($"k{key}").ShouldBeInOrder();
        await rig.SavesUpTo(await rig.Log.Head());
    }

    [Fact]
    public async Task Only_what_the_pattern_matches_is_delivered_and_the_cursor_passes_the_rest()
    {
        await using var rig = await SubscriptionRig.Open(Database, "test.*.happened");
        var wanted = await rig.Log.Write("test.thing.happened");
        await rig.Log.Write("test.thing.else.happened");
        await rig.Log.Write("other.thing.happened");

        await rig.Look();

        await rig.SavesUpTo(await rig.Log.Head());
        rig.Sink.Delivered.Select(one => one.Id).ShouldBe([wanted.Id]);
    }

    [Fact]
    public async Task A_failing_event_holds_up_its_key_and_no_other_and_is_tried_again()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        var bad = await rig.Log.Write(key: "a");
        var behind = await rig.Log.Write(key: "a");
        var other = await rig.Log.Write(key: "b");
        rig.Sink.Receive = (one, attempt) => Task.FromResult(one.Id == bad.Id && attempt < 3 ? TestSink.Failed() : new Delivery(DeliveryEnd.Delivered));

        await rig.Look();

        await rig.Delivers(3);
        rig.Sink.Delivered.Select(one => one.Id).ShouldBe([other.Id, bad.Id, behind.Id]);
        rig.Sink.Tried.Where(one => one.Event.Id == bad.Id).Select(one => one.Attempt).ShouldBe([1, 2, 3]);
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(0));
        (await rig.Log.Cursor(SubscriptionRig.Id)).ShouldBe(await rig.Log.Head());
    }

    [Fact]
    public async Task After_its_attempts_an_event_is_parked_and_its_key_goes_on()
    {
        await using var rig = await SubscriptionRig.Open(Database, maxAttempts: 2);
        var bad = await rig.Log.Write(key: "a");
        var behind = await rig.Log.Write(key: "a");
        rig.Sink.Receive = (one, _) => Task.FromResult(one.Id == bad.Id ? TestSink.Failed("it is broken") : new Delivery(DeliveryEnd.Delivered));

        await rig.Look();

        await rig.Delivers(1);
        rig.Sink.Delivered.Single().Id.ShouldBe(behind.Id);
        await Eventually.Succeeds(async () => (await rig.Log.DeadLetters(SubscriptionRig.Id)).ShouldBe(1));
        (await Database.QueryAsync<string>("SELECT last_error FROM event_dead_letters WHERE tenant_id = $1", rig.Log.Tenant)).ShouldBe("it is broken");
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(0));
    }

    [Fact]
    public async Task A_key_stops_where_the_subscription_says_so_until_its_dead_letter_is_skipped()
    {
        await using var rig = await SubscriptionRig.Open(Database, maxAttempts: 1, stops: true);
        var bad = await rig.Log.Write(key: "a");
        await rig.Log.Write(key: "a");
        await rig.Log.Write(key: "b");
        rig.Sink.Receive = (one, _) => Task.FromResult(one.Id == bad.Id ? TestSink.Failed() : new Delivery(DeliveryEnd.Delivered));
        await rig.Look();
        await rig.SavesUpTo(await rig.Log.Head());
        rig.Sink.Delivered.Select(one => one.Key).ShouldBe(["b"]);

        // A restart knows it as well.
        await rig.Turn(() => rig.Runner.End());
        await rig.Start();
        (await rig.Turn(() => rig.Runner.Skip(bad.Id))).ShouldBe(1);

        await rig.Delivers(2);
        (await rig.Log.DeadLetters(SubscriptionRig.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task Skipping_parks_what_fails_now_and_its_key_goes_on()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        var bad = await rig.Log.Write(key: "a");
        await rig.Log.Write(key: "a");
        rig.Sink.Receive = (one, _) => Task.FromResult(
            one.Id == bad.Id ? new Delivery(DeliveryEnd.Failed, "no") { RetryAfter = TimeSpan.FromHours(1) } : new Delivery(DeliveryEnd.Delivered));
        await rig.Look();
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(2));

        (await rig.Turn(() => rig.Runner.Skip(eventId: null))).ShouldBe(1);

        await rig.Delivers(1);
        (await rig.Log.DeadLetters(SubscriptionRig.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_dead_letter_is_redelivered_from_its_copy_though_the_log_has_it_no_more()
    {
        await using var rig = await SubscriptionRig.Open(Database, maxAttempts: 1);
        var bad = await rig.Log.Write(key: "a");
        rig.Sink.Receive = (_, _) => Task.FromResult(TestSink.Failed());
        await rig.Look();
        await Eventually.Succeeds(async () => (await rig.Log.DeadLetters(SubscriptionRig.Id)).ShouldBe(1));
        await Database.ExecuteAsync("DELETE FROM events WHERE tenant_id = $1", rig.Log.Tenant);
        rig.Sink.Receive = (_, _) => Task.FromResult(new Delivery(DeliveryEnd.Delivered));

        (await rig.Turn(() => rig.Runner.Redeliver(eventId: null))).ShouldBe(1);

        await rig.Delivers(1);
        (rig.Sink.Delivered.Single().Id, rig.Sink.Delivered.Single().OrderingKey).ShouldBe((bad.Id, "a"));
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(0));
        (await rig.Log.DeadLetters(SubscriptionRig.Id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_replay_delivers_again_from_its_place_and_no_faster_than_it_is_told()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        await rig.Log.WriteMany(20);
        await rig.Look();
        await rig.Delivers(20);
        await rig.SavesUpTo(await rig.Log.Head());
        var start = TimeProvider.System.GetTimestamp();

        var place = await rig.Log.Head() - 10;
        await rig.Turn(() => rig.Runner.Replay(place, perSecond: 10));

        await rig.Delivers(30);
        TimeProvider.System.GetElapsedTime(start).TotalSeconds.ShouldBeGreaterThan(0.8);
        rig.Sink.Delivered.Skip(20).Select(one => one.Position).ShouldBe(rig.Sink.Delivered.Skip(10).Take(10).Select(one => one.Position));
        await Eventually.Succeeds(async () => (await Database.QueryAsync<long?>(
            "SELECT replay_until FROM event_cursors WHERE tenant_id = $1", rig.Log.Tenant)).ShouldBeNull());
        await rig.Log.WriteMany(200);
        await rig.Look();
        await rig.Delivers(230);
    }

    [Fact]
    public async Task A_paused_subscription_delivers_nothing_and_goes_on_from_its_place()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        await rig.SetState(SubscriptionState.Paused);
        await rig.Log.WriteMany(3);
        await rig.Look();
        (await rig.Turn(() => rig.Runner.Lag())).ShouldBe(3);
        rig.Sink.Delivered.ShouldBeEmpty();

        // A restart leaves it paused.
        await rig.Turn(() => rig.Runner.End());
        await rig.Start();
        rig.Runner.State.ShouldBe(SubscriptionState.Paused);
        await rig.SetState(SubscriptionState.Active);

        await rig.Delivers(3);
        (await rig.Turn(() => rig.Runner.Lag())).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_that_hangs_holds_up_no_other()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        var never = new TaskCompletionSource<Delivery>();
        rig.Sink.Receive = (one, _) => one.Key == "hangs" ? never.Task : Task.FromResult(new Delivery(DeliveryEnd.Delivered));
        await rig.Log.Write(key: "hangs");
        await rig.Look();
        await rig.Log.WriteMany(2_000, keys: 10);

        await rig.Look();

        await rig.Delivers(2_000);
        never.SetResult(new Delivery(DeliveryEnd.Delivered));
        await rig.Delivers(2_001);
        await rig.SavesUpTo(await rig.Log.Head());
    }

    [Fact]
    public async Task Of_two_activations_the_older_one_writes_nothing_any_more()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        var older = rig.Runner;
        await rig.Start();
        await rig.Log.WriteMany(5);

        await rig.Turn(() =>
        {
            older.Look();
            return Task.CompletedTask;
        });

        await Eventually.Succeeds(() =>
        {
            rig.HasLeft.ShouldBeTrue();
            return Task.CompletedTask;
        });
        (await rig.Log.Cursor(SubscriptionRig.Id)).ShouldBe(await rig.Log.Head() - 5);
        await rig.Look();
        await rig.Delivers(10);
        await rig.SavesUpTo(await rig.Log.Head());
    }

    [Fact]
    public async Task Retries_outlive_their_activation()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        await rig.Log.Write(key: "a");
        await rig.Log.Write(key: "a");
        rig.Sink.Receive = (_, _) => Task.FromResult(TestSink.Failed());
        await rig.Look();
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(2));
        await rig.Turn(() => rig.Runner.End());
        rig.Sink.Receive = (_, _) => Task.FromResult(new Delivery(DeliveryEnd.Delivered));

        await rig.Start();

        await rig.Delivers(2);
        rig.Sink.Positions("a").ShouldBeInOrder();
    }

    [Fact]
    public async Task Days_that_were_dropped_before_they_were_read_are_told()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        await rig.SetState(SubscriptionState.Paused);
        await rig.Log.WriteMany(5);
        await Database.ExecuteAsync("DELETE FROM events WHERE tenant_id = $1", rig.Log.Tenant);
        await Database.ExecuteAsync("UPDATE event_days SET first_position = $2 WHERE partition = event_partition($1)", rig.Log.Tenant, await rig.Log.Head() + 1);

        await rig.SetState(SubscriptionState.Active);

        await Eventually.Succeeds(async () => (await Database.QueryAsync<string>(
            "SELECT last_error FROM event_cursors WHERE tenant_id = $1", rig.Log.Tenant)).ShouldNotBeNull().ShouldContain("dropped from the log"));
        await Database.ExecuteAsync("UPDATE event_days SET first_position = 1 WHERE partition = event_partition($1)", rig.Log.Tenant);
    }

    [Fact]
    public async Task A_retry_that_is_due_before_it_could_be_written_down_is_not_taken_for_lost()
    {
        await using var rig = await SubscriptionRig.Open(Database);
        var written = await rig.Log.Write(key: "a");
        var store = new SubscriptionStore(Database.Source, rig.Log.Tenant, SubscriptionRig.Id, epoch: 1);

        var found = await store.ReadRetries([new RetryRow(written.Position, "a"), new RetryRow(written.Position + 1, "a")]);

        found.Keys.ShouldBe([written.Position]);
        found[written.Position].Id.ShouldBe(written.Id);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_left()
    {
        await using var rig = await SubscriptionRig.Open(Database, isHook: true);
        rig.Sink.Receive = (_, _) => Task.FromResult(new Delivery(DeliveryEnd.Gone, "410 Gone"));
        await rig.Log.Write();

        await rig.Look();

        await Eventually.Succeeds(async () => (await rig.DisabledFor).ShouldBe("410 Gone"));
        (await Database.QueryAsync<string>("SELECT state FROM event_cursors WHERE tenant_id = $1", rig.Log.Tenant)).ShouldBe("disabled");
    }

    [Fact]
    public async Task A_web_hook_that_fails_for_five_days_is_left()
    {
        await using var rig = await SubscriptionRig.Open(Database, isHook: true);
        rig.Sink.Receive = (_, _) => Task.FromResult(TestSink.Failed());
        await rig.Log.Write(key: "a");
        await rig.Look();
        await Eventually.Succeeds(async () => (await rig.Log.Retries(SubscriptionRig.Id)).ShouldBe(1));
        rig.Time.Skip(TimeSpan.FromDays(5));

        await rig.Look();

        await Eventually.Succeeds(async () => (await rig.DisabledFor).ShouldNotBeNull().ShouldContain("5 days"));
    }
}

public sealed class SubscriptionDatabase : IAsyncLifetime
{
    public PostgresDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
