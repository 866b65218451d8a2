using System.Collections.Immutable;

namespace Buildify.Tasks;

[Collection("queues")]
public class TaskQueueGrainTests(QueueFixture fixture)
{
    [Fact]
    public async Task A_task_is_durable_when_it_is_answered_and_goes_when_it_is_done()
    {
        var queue = await fixture.NewQueue();
        var id = await queue.Enqueue(queue.Task("""{"a":1}"""));
        (await queue.StateOf(id)).ShouldBe("queued");

        await queue.Attach();
        var task = await queue.TakeOne();
        (task.Id, task.Payload, task.Attempt, task.Tenant).ShouldBe((id, """{"a":1}""", 1, "acme"));
        (await queue.Grain.Find(id, "acme"))!.State.ShouldBe(TaskState.Running);
        (await queue.Grain.Find(id, "other")).ShouldBeNull();

        await queue.Report(task, TaskOutcomeKind.Succeeded, "42");
        (await queue.StateOf(id)).ShouldBe("succeeded");
        (await fixture.Ask<string>($"SELECT result::text FROM task_history WHERE id = '{id}'")).ShouldBe("42");
        (await queue.Grain.Find(id, "acme")).ShouldBeNull();
    }

    [Fact]
    public async Task A_worker_that_waits_gets_a_task_as_it_comes()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var waiting = queue.Take(10);
        var id = await queue.Enqueue(queue.Task());
        (await waiting.WaitAsync(TestQueue.Patience)).Tasks.Single().Id.ShouldBe(id);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_task_that_retains_nothing_but_who_waits_gets_its_result()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var id = await queue.Enqueue(queue.Task() with { Retain = TaskRetention.Nothing });
        // Taken first: who waits for a task that nobody has yet looks for its row, which may be gone by then.
        var taken = await queue.TakeOne();
        var end = queue.Grain.Wait(id, "acme", TimeSpan.FromSeconds(10));
        await queue.Report(taken, TaskOutcomeKind.Succeeded, "\"done\"");
        var view = await end.WaitAsync(TestQueue.Patience);
        (view!.State, view.Result!.Value.Text).ShouldBe((TaskState.Succeeded, "\"done\""));
        (await queue.StateOf(id)).ShouldBe("gone");
    }

    [Fact]
    public async Task The_higher_priority_goes_first_and_equal_ones_in_order()
    {
        var queue = await fixture.NewQueue();
        var low = await queue.Enqueue(queue.Task() with { Priority = 1 });
        var first = await queue.Enqueue(queue.Task());
        var second = await queue.Enqueue(queue.Task());
        var high = await queue.Enqueue(queue.Task() with { Priority = 9 });
        await queue.Attach();
        (await queue.Take(10)).Tasks.Select(task => task.Id).ShouldBe([high, first, second, low]);
    }

    [Fact]
    public async Task Tenants_take_turns_by_their_weights()
    {
        var queue = await fixture.NewQueue("""tenant_weights = '{"beta": 3}'""");
        foreach (var tenant in new[] { "acme", "beta" })
        {
            await queue.EnqueueAll([.. Enumerable.Range(0, 40).Select(_ => queue.Task(tenant: tenant))]);
        }
        await queue.Attach();
        var taken = (await queue.Take(40)).Tasks;
        taken.Count(task => task.Tenant == "beta").ShouldBe(30);
        taken.Take(8).Select(task => task.Tenant).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_flood_far_larger_than_the_window_starves_nobody()
    {
        var queue = await fixture.NewQueue();
        for (var batch = 0; batch < 6; batch++) await queue.EnqueueAll([.. Enumerable.Range(0, 5_000).Select(_ => queue.Task(tenant: "flood"))]);
        var drop = await queue.Enqueue(queue.Task(tenant: "drop"));
        await queue.Attach();
        (await queue.Take(10)).Tasks.Select(task => task.Id).ShouldContain(drop);
        (await queue.Grain.Stats()).Window.ShouldBeLessThan(30_000);
    }

    [Fact]
    public async Task Every_task_of_a_backlog_is_handed_out_once_in_order()
    {
        var queue = await fixture.NewQueue();
        var ids = new List<Guid>();
        for (var batch = 0; batch < 3; batch++) ids.AddRange((await queue.EnqueueAll([.. Enumerable.Range(0, 10_000).Select(_ => queue.Task() with { Retain = TaskRetention.Nothing })])).Select(task => task.Id));
        await queue.Attach();
        var seen = new List<Guid>();
        while (seen.Count < ids.Count)
        {
            var taken = (await queue.Take(1_000).WaitAsync(TestQueue.Patience)).Tasks;
            seen.AddRange(taken.Select(task => task.Id));
            await queue.Grain.Exchange("w1", await Epoch(queue), [.. taken.Select(task => TestQueue.Outcome(task, TaskOutcomeKind.Succeeded))], 0);
        }
        seen.ShouldBe(ids);
        (await fixture.Ask<long>("SELECT count(*) FROM tasks WHERE partition = (SELECT id FROM task_partitions WHERE queue = '" + queue.Name + "')")).ShouldBe(0);
        (await queue.Grain.Stats()).Depth.ShouldBe(0);
    }

    private Task<long> Epoch(TestQueue queue) => fixture.Ask<long>($"SELECT epoch FROM task_partitions WHERE queue = '{queue.Name}'");

    [Fact]
    public async Task A_failure_is_tried_again_later_and_the_last_one_is_dead_with_every_error()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var id = await queue.Enqueue(queue.Task() with { MaxAttempts = 2 });
        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Failed, delay: 0.2);
        (await queue.StateOf(id)).ShouldBe("retrying");
        var again = await queue.TakeOne();
        again.Attempt.ShouldBe(2);
        await queue.Report(again, TaskOutcomeKind.Failed, delay: 0.2);
        (await queue.StateOf(id)).ShouldBe("dead");
        (await fixture.Ask<int>($"SELECT json_array_length(attempts) FROM dead_tasks WHERE id = '{id}'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_unique_key_answers_the_first_one_while_it_is_unfinished()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var key = queue.Task() with { UniqueKey = "once" };
        var both = await queue.EnqueueAll([key, key]);
        both[1].ShouldBe(both[0] with { WasThere = true });
        (await queue.EnqueueAll([key]))[0].Id.ShouldBe(both[0].Id);
        (await queue.EnqueueAll([key with { Tenant = "other" }]))[0].Id.ShouldNotBe(both[0].Id);

        var task = await queue.TakeOne();
        await queue.Report(task, TaskOutcomeKind.Succeeded);
        (await queue.EnqueueAll([key]))[0].WasThere.ShouldBe(task.Tenant == "other");
    }

    [Fact]
    public async Task Tasks_of_one_ordering_key_go_one_at_a_time_and_others_pass()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var ordered = await queue.EnqueueAll([.. Enumerable.Range(0, 3).Select(_ => queue.Task() with { OrderingKey = "k" })]);
        var other = await queue.Enqueue(queue.Task());
        var taken = (await queue.Take(10)).Tasks;
        taken.Select(task => task.Id).ShouldBe([ordered[0].Id, other]);

        // It is tried again: nobody of its key passes it.
        await queue.Report(taken[0], TaskOutcomeKind.Failed, delay: 0.3);
        var again = await queue.TakeOne();
        again.Id.ShouldBe(ordered[0].Id);
        await queue.Report(again, TaskOutcomeKind.Succeeded);
        var second = await queue.TakeOne();
        second.Id.ShouldBe(ordered[1].Id);
        await queue.Report(second, TaskOutcomeKind.Dead);
        (await queue.TakeOne()).Id.ShouldBe(ordered[2].Id);
    }

    [Fact]
    public async Task A_task_with_a_delay_or_an_end_keeps_to_it()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var expires = await queue.Enqueue(queue.Task() with { DelaySeconds = 60, ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(0.5) });
        var delayed = await queue.Enqueue(queue.Task() with { DelaySeconds = 0.4 });
        (await queue.StateOf(delayed)).ShouldBe("scheduled");
        var task = await queue.TakeOne();
        task.Id.ShouldBe(delayed);
        (TimeProvider.System.GetUtcNow() - task.CreatedAt).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.35));
        await queue.Grain.Wait(expires, tenant: null, TimeSpan.FromSeconds(10));
        (await queue.StateOf(expires)).ShouldBe("expired");
    }

    [Fact]
    public async Task Limits_hold_what_runs_and_what_starts()
    {
        var queue = await fixture.NewQueue("concurrency = 2");
        await queue.Attach();
        await queue.EnqueueAll([.. Enumerable.Range(0, 5).Select(_ => queue.Task())]);
        var two = (await queue.Take(10)).Tasks;
        two.Length.ShouldBe(2);
        var waiting = queue.Take(10);
        await queue.Report(two[0], TaskOutcomeKind.Succeeded);
        (await waiting.WaitAsync(TestQueue.Patience)).Tasks.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_paused_queue_hands_out_nothing_until_it_goes_on()
    {
        var queue = await fixture.NewQueue("paused = TRUE");
        await queue.Attach();
        await queue.Enqueue(queue.Task());
        var waiting = queue.Take();
        await queue.Grain.Stats();
        waiting.IsCompleted.ShouldBeFalse();
        await fixture.Execute($"UPDATE task_queues SET paused = FALSE WHERE name = '{queue.Name}'");
        await queue.Grain.Poke();
        (await waiting.WaitAsync(TestQueue.Patience)).Tasks.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_type_that_no_worker_knows_waits_and_is_in_nobody_s_way()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        var strange = await queue.Enqueue(queue.Task(type: "later.work"));
        var known = await queue.Enqueue(queue.Task());
        (await queue.Take(10)).Tasks.Single().Id.ShouldBe(known);
        (await queue.StateOf(strange)).ShouldBe("queued");
        await queue.Attach("w2", "later.work");
        (await queue.TakeOne("w2")).Id.ShouldBe(strange);
    }

    [Fact]
    public async Task A_queued_task_is_cancelled_and_a_running_one_is_told()
    {
        var queue = await fixture.NewQueue();
        var queued = await queue.Enqueue(queue.Task());
        (await queue.Grain.Cancel(queued, "other")).Failure!.Code.ShouldBe(FailureCodes.NotFound);
        (await queue.Grain.Cancel(queued, "acme")).Value!.State.ShouldBe(TaskState.Cancelled);
        (await queue.StateOf(queued)).ShouldBe("cancelled");

        await queue.Attach();
        var running = await queue.Enqueue(queue.Task());
        var task = await queue.TakeOne();
        task.Id.ShouldBe(running);
        (await queue.Grain.Cancel(running, "acme")).Value!.CancelRequested.ShouldBeTrue();
        (await queue.Grain.Beat("w1", await Epoch(queue), [])).Cancelled.ShouldBe([running]);
        await queue.Report(task, TaskOutcomeKind.Cancelled);
        (await queue.StateOf(running)).ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_silent_worker_s_tasks_go_to_another_and_its_late_word_is_of_no_account()
    {
        var queue = await fixture.NewQueue();
        var id = await queue.Enqueue(queue.Task());
        await queue.Attach("silent");
        var first = await queue.TakeOne("silent");
        await queue.Attach("w2");
        var taking = queue.TakeOne("w2");
        await Testing.Eventually.Succeeds(async () =>
        {
            await queue.Beat("w2");
            taking.IsCompleted.ShouldBeTrue();
        });
        var second = await taking;
        (second.Id, second.Attempt).ShouldBe((id, 2));
        (await queue.Grain.Exchange("silent", await Epoch(queue), [TestQueue.Outcome(first, TaskOutcomeKind.Succeeded, "\"late\"")], 0)).IsKnown.ShouldBeFalse();
        await queue.Report(second, TaskOutcomeKind.Succeeded, "\"good\"", worker: "w2");
        (await fixture.Ask<string>($"SELECT result::text FROM task_history WHERE id = '{id}'")).ShouldBe("\"good\"");
        (await fixture.Ask<string>($"SELECT attempts->0->'error'->>'type' FROM task_history WHERE id = '{id}'")).ShouldBe("worker_lost");
    }

    [Fact]
    public async Task A_lost_attempt_that_its_own_transaction_completed_is_not_run_again()
    {
        var queue = await fixture.NewQueue();
        var id = await queue.Enqueue(queue.Task());
        await queue.Attach("silent");
        var task = await queue.TakeOne("silent");
        await fixture.Execute($"SELECT complete_task('{id}', {task.Attempt}, '\"mine\"')");
        var end = await queue.Grain.Wait(id, "acme", TimeSpan.FromSeconds(15));
        (await queue.StateOf(id)).ShouldBe("succeeded");
        (await fixture.Ask<string>($"SELECT result::text FROM task_history WHERE id = '{id}'")).ShouldBe("\"mine\"");
        (await fixture.Ask<long>($"SELECT count(*) FROM task_completions WHERE task_id = '{id}'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_another_program_writes_is_taken_in()
    {
        var queue = await fixture.NewQueue();
        await queue.Attach();
        await fixture.Execute($$"""
            INSERT INTO task_types (name, queue, max_attempts) VALUES ('{{queue.Name}}.work', '{{queue.Name}}', 3);
            INSERT INTO tasks (id, partition, priority, tenant, type, payload, retain, max_attempts, run_at)
            SELECT new_task_id(id), id, 5, 'acme', 'test.work', '{"from":"psql"}', 'result', 3, '2020-01-01Z' FROM task_partitions WHERE queue = '{{queue.Name}}';
            """);
        var task = await queue.TakeOne();
        task.Payload.ShouldBe("""{"from":"psql"}""");
        await queue.Report(task, TaskOutcomeKind.Succeeded);
        (await fixture.Ask<bool>($"SELECT run_at = '2020-01-01Z' FROM task_history WHERE id = '{task.Id}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stale_owner_writes_nothing()
    {
        var queue = await fixture.NewQueue();
        await queue.Enqueue(queue.Task());
        await fixture.Execute($"UPDATE task_partitions SET epoch = epoch + 1 WHERE queue = '{queue.Name}'");
        await Should.ThrowAsync<Exception>(() => queue.Enqueue(queue.Task()));
        await Testing.Eventually.Succeeds(() => queue.Enqueue(queue.Task()));
    }

    [Fact]
    public async Task One_bad_row_does_not_fail_its_neighbours()
    {
        var queue = await fixture.NewQueue();
        var all = Enumerable.Range(0, 50).Select(index => queue.Grain.Enqueue([queue.Task(index == 25 ? "{broken" : "{}")], stamp: null)).ToList();
        await Task.WhenAll(all.Select(one => one.ContinueWith(_ => { }, TaskScheduler.Default)));
        all.Count(one => one.IsFaulted).ShouldBe(1);
        all[25].IsFaulted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_queue_takes_no_more()
    {
        await using var platform = await Testing.Cluster.PlatformCluster.Launch(settings: [("Tasks:MaxDepth", "3")]);
        await using (var source = Npgsql.NpgsqlDataSource.Create(platform.Database.ConnectionString))
        await using (var command = source.CreateCommand("INSERT INTO task_queues (name) VALUES ('small'); INSERT INTO task_partitions (queue, number) VALUES ('small', 0)"))
        {
            await command.ExecuteNonQueryAsync();
        }
        var grain = platform.Grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue("small", 0));
        ImmutableArray<NewTask> three = [.. Enumerable.Range(0, 3).Select(_ => new NewTask("acme", "test.work", "small", new JsonText("{}")))];
        (await grain.Enqueue(three, stamp: null)).Succeeded.ShouldBeTrue();
        (await grain.Enqueue([three[0]], stamp: null)).Failure!.Code.ShouldBe(FailureCodes.QueueFull);
    }

    [Fact]
    public async Task What_was_in_doubt_when_an_owner_left_in_order_is_run_by_the_next_one()
    {
        var queue = await fixture.NewQueue();
        await fixture.Execute($$"""
            INSERT INTO tasks (id, partition, position, priority, tenant, type, payload, retain, max_attempts, attempt, doubt)
            SELECT new_task_id(id), id, 1, 5, 'acme', 'test.work', '{}', 'result', 3, 1, 1 FROM task_partitions WHERE queue = '{{queue.Name}}';
            """);
        await queue.Attach();
        var task = await queue.TakeOne();
        (task.Attempt, task.IsDoubtful).ShouldBe((2, true));
        await queue.Report(task, TaskOutcomeKind.Succeeded);
        (await queue.StateOf(task.Id)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task After_an_unclean_end_attempts_are_written_down_before_they_begin_by_small_groups()
    {
        var queue = await fixture.NewQueue();
        await fixture.Execute($$"""
            UPDATE task_partitions SET is_clean = FALSE WHERE queue = '{{queue.Name}}';
            INSERT INTO tasks (id, partition, position, priority, tenant, type, payload, retain, max_attempts)
            SELECT new_task_id(id), id, n, 5, 'acme', 'test.work', '{}', 'result', 3 FROM task_partitions, generate_series(1, 100) AS n WHERE queue = '{{queue.Name}}';
            """);
        await queue.Attach();
        var group = (await queue.Take(100)).Tasks;
        group.Length.ShouldBeInRange(1, 32);
        (await fixture.Ask<long>($"SELECT count(*) FROM tasks WHERE doubt = 1 AND attempt = 1 AND partition = (SELECT id FROM task_partitions WHERE queue = '{queue.Name}')"))
            .ShouldBe(group.Length);
        var seen = group.Length;
        while (seen < 100)
        {
            await queue.Grain.Exchange("w1", await Epoch(queue), [.. group.Select(task => TestQueue.Outcome(task, TaskOutcomeKind.Succeeded))], 0);
            group = (await queue.Take(100).WaitAsync(TestQueue.Patience)).Tasks;
            seen += group.Length;
        }
        seen.ShouldBe(100);
    }
}
