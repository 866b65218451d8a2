namespace Buildify.Tasks;

[Collection("queues")]
public sealed class ToldEndsTests(QueueFixture fixture)
{
    [Fact]
    public async Task A_task_that_succeeds_is_told_once_with_its_end()
    {
        var queue = await fixture.NewQueue();
        await queue.AttachTelling();
        var id = await queue.Enqueue(queue.Task() with { CorrelationId = "request-7" });

        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Succeeded);

        (await queue.StateOf(id)).ShouldBe("succeeded");
        var told = (await Told(queue)).ShouldHaveSingleItem();
        told.Type.ShouldBe("core.task.succeeded");
        told.Payload.ShouldBe($$"""{"type": "test.work", "queue": "{{queue.Name}}", "task_id": "{{id}}", "attempts": 1}""");
        (told.Tenant, told.Key, told.CorrelationId).ShouldBe(("acme", id.ToString(), "request-7"));
    }

    [Fact]
    public async Task A_dead_task_is_told_with_its_error_s_type_under_its_own_ordering_key()
    {
        var queue = await fixture.NewQueue();
        await queue.AttachTelling();
        var id = await queue.Enqueue(queue.Task() with { OrderingKey = "customer-1", MaxAttempts = 2 });

        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Failed);
        (await Told(queue)).ShouldBeEmpty();
        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Failed);

        (await queue.StateOf(id)).ShouldBe("dead");
        var told = (await Told(queue)).ShouldHaveSingleItem();
        (told.Type, told.Key).ShouldBe(("core.task.dead", "customer-1"));
        told.Payload.ShouldBe($$"""{"type": "test.work", "error": "Oops", "queue": "{{queue.Name}}", "task_id": "{{id}}", "attempts": 2}""");
    }

    [Fact]
    public async Task A_task_that_its_handler_s_transaction_completed_is_told_as_succeeded_though_it_is_reported_dead()
    {
        var queue = await fixture.NewQueue();
        await queue.AttachTelling();
        var id = await queue.Enqueue(queue.Task());
        var task = await queue.TakeOne();
        await fixture.Execute($"INSERT INTO task_completions (task_id, attempt, result) VALUES ('{id}', 1, '42')");

        await queue.Report(task, TaskOutcomeKind.Dead);

        (await queue.StateOf(id)).ShouldBe("succeeded");
        (await Told(queue)).ShouldHaveSingleItem().Type.ShouldBe("core.task.succeeded");
    }

    [Fact]
    public async Task Ends_of_other_types_of_cancelled_tasks_and_of_the_platform_s_own_are_not_told()
    {
        var queue = await fixture.NewQueue();
        await queue.AttachTelling();
        await queue.Enqueue(queue.Task(type: "test.quiet"));
        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Succeeded);
        await queue.Enqueue(queue.Task(tenant: ""));
        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Succeeded);
        await queue.Enqueue(queue.Task(tenant: ""));
        await queue.Report(await queue.TakeOne(), TaskOutcomeKind.Dead);
        var cancelled = await queue.Enqueue(queue.Task() with { OrderingKey = "k" });
        (await queue.Grain.Cancel(cancelled, "acme")).Failure.ShouldBeNull();

        (await queue.StateOf(cancelled)).ShouldBe("cancelled");
        (await Told(queue)).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<(string Type, string Tenant, string? Key, string Payload, string? CorrelationId)>> Told(TestQueue queue) =>
    [
        .. (await fixture.Platform.Database.RowsAsync(
            "SELECT event_type, tenant_id, ordering_key, payload::text, correlation_id FROM events WHERE payload ->> 'queue' = $1 ORDER BY seq", queue.Name))
            .Select(row => ((string)row[0]!, (string)row[1]!, (string?)row[2], (string)row[3]!, (string?)row[4])),
    ];
}
