using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Gateway.Fakes;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

public sealed class TaskTests
{
    private static readonly Guid Id = Guid.Parse("0199a000-0000-7000-8000-010000000000");

    [Fact]
    public async Task A_task_has_all_its_fields_with_nulls()
    {
        await using var gateway = await Start("Get", _ => Task.FromResult<TaskView?>(TaskGateway.View(Id) with
        {
            Attempts = [new(1, DateTimeOffset.UnixEpoch, null, "w", new TaskError("IOException", "gone"))],
        }));
        var answer = await gateway.Get($"/api/v1/tasks/{Id}", TestGateway.MemberToken);
        answer.Status.ShouldBe(200, answer.Text);
        var fields = answer.Json.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText());
        foreach (var name in new[] { "progress", "result", "finished_at", "unique_key", "ordering_key", "correlation_id" }) fields[name].ShouldBe("null", name);
        fields["state"].ShouldBe("\"queued\"");
        fields["payload"].ShouldBe("""{"value":1}""");
        fields["attempts"].ShouldBe(
            """[{"number":1,"started_at":"1970-01-01T00:00:00.000000Z","ended_at":null,"worker":"w","error":{"type":"IOException","message":"gone"}}]""");
        fields.ShouldContainKey("max_attempts");
        fields.ShouldNotContainKey("tenant");
    }

    [Fact]
    public async Task Another_tenant_s_task_is_not_there()
    {
        await using var gateway = await Start("Get", arguments => Task.FromResult(
            (string?)arguments[0] == "globex" ? TaskGateway.View(Id) : null));
        (await gateway.Get($"/api/v1/tasks/{Id}", TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        gateway.Grains.CallsOf<ITaskGrain>("Get").Single().Arguments[0].ShouldBe("acme");
    }

    [Theory]
    [InlineData("61")]
    [InlineData("-1")]
    [InlineData("long")]
    public async Task A_wait_that_is_no_number_from_0_to_60_is_400(string wait)
    {
        await using var gateway = await TaskGateway.Start();
        (await gateway.Get($"/api/v1/tasks/{Id}?wait_seconds={wait}", TestGateway.MemberToken)).ShouldRefuse("wait_seconds");
    }

    [Fact]
    public async Task A_wait_asks_again_until_the_end()
    {
        var asked = new List<TimeSpan>();
        await using var gateway = await Start("Get", arguments =>
        {
            asked.Add((TimeSpan)arguments[1]!);
            return Task.FromResult<TaskView?>(TaskGateway.View(Id, asked.Count < 3 ? TaskState.Running : TaskState.Succeeded));
        });
        (await gateway.Get($"/api/v1/tasks/{Id}?wait_seconds=60", TestGateway.MemberToken)).Json.GetProperty("state").GetString().ShouldBe("succeeded");
        asked.Count.ShouldBe(3);
        asked.ShouldAllBe(wait => wait == TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task When_the_time_is_up_the_task_is_answered_as_it_is()
    {
        await using var gateway = await Start("Get", _ => Task.FromResult<TaskView?>(TaskGateway.View(Id, TaskState.Running)));
        (await gateway.Get($"/api/v1/tasks/{Id}?wait_seconds=1", TestGateway.MemberToken)).Json.GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task A_wait_may_last_longer_than_other_requests()
    {
        var waiting = new TaskCompletionSource<TaskView?>();
        await using var gateway = await TaskGateway.Start(
            grains => grains.On<ITaskGrain>("Get", (_, _) => waiting.Task), new() { ["Limits:RequestSeconds"] = "1" });
        var answer = gateway.Get($"/api/v1/tasks/{Id}?wait_seconds=20", TestGateway.MemberToken);
        await Should.ThrowAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromSeconds(2.5)));
        waiting.SetResult(TaskGateway.View(Id, TaskState.Succeeded));
        (await answer).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("cancel", "Cancel", FailureCodes.TaskEnded, 409)]
    [InlineData("retry", "Retry", FailureCodes.TaskNotDead, 409)]
    [InlineData("cancel", "Cancel", FailureCodes.NotFound, 404)]
    [InlineData("retry", "Retry", FailureCodes.NotFound, 404)]
    public async Task What_cannot_be_cancelled_or_retried_is_told(string path, string method, string code, int status)
    {
        await using var gateway = await Start(method, _ => Task.FromResult<Outcome<TaskView>>(new Failure(code, "No.")));
        (await gateway.Send(HttpMethod.Post, $"/api/v1/tasks/{Id}/{path}", token: TestGateway.MemberToken)).ShouldBeProblem(status, code);
    }

    [Theory]
    [InlineData("cancel", "Cancel")]
    [InlineData("retry", "Retry")]
    public async Task Cancelled_or_retried_the_task_is_answered(string path, string method)
    {
        await using var gateway = await Start(method, _ => Task.FromResult<Outcome<TaskView>>(TaskGateway.View(Id)));
        var answer = await gateway.Send(HttpMethod.Post, $"/api/v1/tasks/{Id}/{path}", token: TestGateway.MemberToken);
        (answer.Status, answer.Json.GetProperty("id").GetGuid()).ShouldBe((200, Id));
        gateway.Grains.CallsOf<ITaskGrain>(method).Single().ShouldSatisfyAllConditions(call => call.Key.ShouldBe($"task:{Id}"), call => call.Arguments[0].ShouldBe("acme"));
    }

    [Fact]
    public async Task A_list_is_the_tenant_s_and_by_what_is_asked_for()
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskListGrain>("List", (_, _) =>
            Task.FromResult<Outcome<Page<TaskView>>>(new Page<TaskView>([TaskGateway.View(Id)], null))));
        var answer = await gateway.Get("/api/v1/tasks?state=dead&type=core.echo&queue=mail&limit=7", TestGateway.MemberToken);
        answer.Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        var call = gateway.Grains.CallsOf<ITaskListGrain>("List").Single();
        call.Key.ShouldBe("tenant:acme");
        call.Arguments.ShouldBe([new TaskFilter(TaskState.Dead, "core.echo", "mail"), new PageRequest(7)]);
        (await gateway.Get("/api/v1/tasks?state=done", TestGateway.MemberToken)).ShouldRefuse("state");
    }

    [Theory]
    [InlineData("retry", "RetryDead")]
    [InlineData("purge", "PurgeDead")]
    public async Task In_bulk_the_count_is_answered(string path, string method)
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskListGrain>(method, (_, _) => Task.FromResult(12L)));
        var answer = await gateway.Post($"/api/v1/tasks/{path}", """{"state":"dead","type":"core.echo","before":"2026-01-01T00:00:00Z"}""", TestGateway.MemberToken);
        (answer.Status, answer.Text).ShouldBe((200, """{"count":12}"""));
        gateway.Grains.CallsOf<ITaskListGrain>(method).Single().Arguments[0]
            .ShouldBe(new TaskFilter(TaskState.Dead, "core.echo", null, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        (await gateway.Post($"/api/v1/tasks/{path}", "{}", TestGateway.MemberToken)).ShouldRefuse("state");
        (await gateway.Post($"/api/v1/tasks/{path}", """{"state":"queued"}""", TestGateway.MemberToken)).ShouldRefuse("state");
    }

    [Fact]
    public async Task Queues_are_listed_by_name_in_pages()
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskQueuesGrain>("List", (_, _) =>
            Task.FromResult<ImmutableArray<TaskQueueView>>([new("mail", true) { RateLimit = 5, Depth = 3 }, new("default", false)])));
        var first = (await gateway.Get("/api/v1/task-queues?limit=1", TestGateway.AdministratorToken)).Json;
        first.GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("default");
        first.GetProperty("items")[0].GetProperty("oldest_seconds").ValueKind.ShouldBe(JsonValueKind.Null);
        var second = (await gateway.Get($"/api/v1/task-queues?limit=1&cursor={first.GetProperty("next_cursor").GetString()}", TestGateway.AdministratorToken)).Json;
        second.GetProperty("items")[0].GetProperty("rate_limit").GetInt32().ShouldBe(5);
        second.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Queues_are_for_those_who_run_the_platform()
    {
        await using var gateway = await TaskGateway.Start();
        (await gateway.Get("/api/v1/task-queues", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
        (await gateway.Send(HttpMethod.Patch, "/api/v1/task-queues/mail", TestGateway.Json("""{"paused":true}"""), TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("{}", "$")]
    [InlineData("""{"rate_limit":-1}""", "rate_limit")]
    [InlineData("""{"concurrency":1000001}""", "concurrency")]
    [InlineData("""{"paused":1}""", "paused")]
    [InlineData("""{"pause":true}""", "pause")]
    public async Task A_bad_change_of_a_queue_is_400(string json, string field)
    {
        await using var gateway = await TaskGateway.Start();
        (await gateway.Send(HttpMethod.Patch, "/api/v1/task-queues/mail", TestGateway.Json(json), TestGateway.AdministratorToken)).ShouldRefuse(field);
    }

    [Fact]
    public async Task A_changed_queue_is_answered()
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskQueuesGrain>("Change", (_, _) =>
            Task.FromResult<Outcome<TaskQueueView>>(new TaskQueueView("mail", true))));
        var answer = await gateway.Send(HttpMethod.Patch, "/api/v1/task-queues/mail", TestGateway.Json("""{"paused":true,"rate_limit":0}"""), TestGateway.AdministratorToken);
        (answer.Status, answer.Json.GetProperty("paused").GetBoolean()).ShouldBe((200, true));
        gateway.Grains.CallsOf<ITaskQueuesGrain>("Change").Single().Arguments.ShouldBe(["mail", new TaskQueueChange { Paused = true, RateLimit = 0 }]);
    }

    private static Task<TestGateway> Start(string method, Func<object?[], object?> answer) =>
        TaskGateway.Start(grains => grains.On<ITaskGrain>(method, (_, arguments) => answer(arguments)));
}
