using System.Net;
using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;

namespace Buildify.AppHost.Tasks;

/// <summary>What a caller can ask of a task, as seen from outside.</summary>
public class TasksOverHttpTests
{
    private HostProcess _host = null!;

    [Fact]
    public async Task What_a_caller_asks_of_a_task_is_what_happens()
    {
        await using var folder = new HostFolder();
        await using var host = _host = await HostProcess.Start(folder.Path);
        await _host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");

        await EchoAnswersItsPayload();
        await AFailureIsTriedAgainWithGrowingPausesAndTheDeadOneIsRetriedByHand();
        await ASleepingTaskIsCancelledWhileItRuns();
        await AUniqueKeyAnswersTheFirstOne();
        await TasksOfAnOrderingKeyFollowOneAnother();
        await TheMoreImportantGoesFirst();
        await ADelayIsKeptAndWhatIsTooLateExpires();
        await AChordsCallbackGetsAllResults();
        await AChainsStepIsSeenBeforeItsTurn();
        await AScheduleFiresOnceATick();
    }

    private async Task EchoAnswersItsPayload()
    {
        var done = await Done(await Enqueue("""{"type":"core.echo","payload":{"value":[1,{"a":"ü"}],"more":true}}"""));
        done.GetProperty("state").GetString().ShouldBe("succeeded");
        done.GetProperty("result").GetRawText().ShouldBe("""{"value":[1,{"a":"ü"}],"more":true}""");
        done.GetProperty("attempts").GetArrayLength().ShouldBe(1);
    }

    private async Task AFailureIsTriedAgainWithGrowingPausesAndTheDeadOneIsRetriedByHand()
    {
        var id = await Enqueue("""{"type":"core.fail","payload":{"times":3},"max_attempts":3}""");
        var dead = await Done(id);
        dead.GetProperty("state").GetString().ShouldBe("dead");
        var times = dead.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("started_at").GetDateTimeOffset()).ToList();
        (times[1] - times[0]).ShouldBeLessThan(times[2] - times[1]);
        await Call(HttpMethod.Post, $"/api/v1/tasks/{id}/retry");
        var again = await Done(id);
        (again.GetProperty("state").GetString(), again.GetProperty("attempts").GetArrayLength()).ShouldBe(("succeeded", 4));
        using var refused = await _host.Send(HttpMethod.Post, $"/api/v1/tasks/{id}/retry", tenant: "acme");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Done(await Enqueue("""{"type":"core.fail","payload":{"times":3,"permanent":true}}"""))).GetProperty("attempts").GetArrayLength().ShouldBe(1);
    }

    private async Task ASleepingTaskIsCancelledWhileItRuns()
    {
        var id = await Enqueue("""{"type":"core.sleep","payload":{"milliseconds":600000}}""");
        await Eventually.Succeeds(async () => (await State(id)).ShouldBe("running"));
        (await Call(HttpMethod.Get, "/api/v1/tasks?state=running")).GetProperty("items")[0].GetProperty("id").GetGuid().ShouldBe(id);
        await Call(HttpMethod.Post, $"/api/v1/tasks/{id}/cancel");
        (await Done(id)).GetProperty("state").GetString().ShouldBe("cancelled");
        using var refused = await _host.Send(HttpMethod.Post, $"/api/v1/tasks/{id}/cancel", tenant: "acme");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var elsewhere = await _host.Send(HttpMethod.Get, $"/api/v1/tasks/{id}", tenant: "acme", headers: ("X-Tenant", "other"));
        elsewhere.StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    private async Task AUniqueKeyAnswersTheFirstOne()
    {
        const string Once = """{"type":"core.sleep","payload":{"milliseconds":60000},"unique_key":"once"}""";
        var first = await Enqueue(Once);
        (await Enqueue(Once)).ShouldBe(first);
        await Call(HttpMethod.Post, $"/api/v1/tasks/{first}/cancel");
        await Done(first);
        var second = await Enqueue(Once);
        second.ShouldNotBe(first);
        await Call(HttpMethod.Post, $"/api/v1/tasks/{second}/cancel");
    }

    private async Task TasksOfAnOrderingKeyFollowOneAnother()
    {
        var ids = new List<Guid>();
        for (var index = 0; index < 4; index++) ids.Add(await Enqueue("""{"type":"core.sleep","payload":{"milliseconds":60},"ordering_key":"line"}"""));
        DateTimeOffset ended = default;
        foreach (var id in ids)
        {
            var attempt = (await Done(id)).GetProperty("attempts")[0];
            attempt.GetProperty("started_at").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(ended);
            ended = attempt.GetProperty("ended_at").GetDateTimeOffset();
        }
    }

    private async Task TheMoreImportantGoesFirst()
    {
        await Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"concurrency":1}""");
        var busy = await Enqueue("""{"type":"core.sleep","payload":{"milliseconds":600}}""");
        await Eventually.Succeeds(async () => (await State(busy)).ShouldBe("running"));
        var low = await Enqueue("""{"type":"core.echo","payload":{},"priority":1}""");
        var high = await Enqueue("""{"type":"core.echo","payload":{},"priority":9}""");
        (await Started(high)).ShouldBeLessThan(await Started(low));
        await Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"concurrency":0}""");
    }

    private async Task ADelayIsKeptAndWhatIsTooLateExpires()
    {
        var delayed = await Enqueue("""{"type":"core.echo","payload":{},"delay_seconds":1}""");
        (await State(delayed)).ShouldBe("scheduled");
        var done = await Done(delayed);
        (done.GetProperty("attempts")[0].GetProperty("started_at").GetDateTimeOffset() - done.GetProperty("created_at").GetDateTimeOffset())
            .ShouldBeInRange(TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(10));

        await Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":true}""");
        var late = await Enqueue($$"""{"type":"core.echo","payload":{},"expires_at":"{{TimeProvider.System.GetUtcNow().AddSeconds(1):O}}"}""");
        (await Done(late)).GetProperty("state").GetString().ShouldBe("expired");
        await Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":false}""");
    }

    private async Task AChordsCallbackGetsAllResults()
    {
        var tasks = string.Join(',', Enumerable.Range(0, 20).Select(number => $$$"""{"type":"core.echo","payload":{"n":{{{number}}}}}"""));
        var chord = await Call(HttpMethod.Post, "/api/v1/task-workflows", "{\"kind\":\"chord\",\"tasks\":[" + tasks + "],\"callback\":{\"type\":\"core.echo\",\"payload\":{}}}");
        var callback = await Done(chord.GetProperty("callback").GetGuid());
        callback.GetProperty("result").GetProperty("results").EnumerateArray().Select(result => result.GetProperty("n").GetInt32()).ShouldBe(Enumerable.Range(0, 20));
        await Eventually.Succeeds(async () =>
            (await Call(HttpMethod.Get, $"/api/v1/task-workflows/{chord.GetProperty("id").GetGuid()}")).GetProperty("state").GetString().ShouldBe("succeeded"));
    }

    private async Task AChainsStepIsSeenBeforeItsTurn()
    {
        var chain = await Call(HttpMethod.Post, "/api/v1/task-workflows",
            """{"kind":"chain","tasks":[{"type":"core.echo","payload":{"n":1},"delay_seconds":1},{"type":"core.echo","payload":{"n":2}}]}""");
        var last = chain.GetProperty("tasks")[1].GetGuid();
        (await State(last)).ShouldBe("scheduled");
        (await Done(last)).GetProperty("result").GetProperty("previous").GetProperty("n").GetInt32().ShouldBe(1);
    }

    private async Task AScheduleFiresOnceATick()
    {
        await Call(HttpMethod.Put, "/api/v1/task-schedules/tick", """{"type":"core.echo","payload":{"tick":true},"cron":"* * * * * *"}""");
        var ticks = new List<DateTimeOffset>();
        await Eventually.Succeeds(async () =>
        {
            var all = await Call(HttpMethod.Get, "/api/v1/tasks?type=core.echo&state=succeeded&limit=20");
            ticks = [.. all.GetProperty("items").EnumerateArray().Where(task => task.GetProperty("payload").TryGetProperty("tick", out _))
                .Select(task => task.GetProperty("created_at").GetDateTimeOffset())];
            ticks.Count.ShouldBeGreaterThanOrEqualTo(4);
        });
        await Call(HttpMethod.Delete, "/api/v1/task-schedules/tick");
        // One a second, and none twice: a tick may come late, by less than the next one.
        (ticks[0] - ticks[^1]).TotalSeconds.ShouldBeInRange(ticks.Count - 1.9, ticks.Count + 1);
    }

    private Task<JsonElement> Call(HttpMethod method, string path, string? json = null) => _host.Call(method, path, json, "acme");

    private async Task<Guid> Enqueue(string task) => (await Call(HttpMethod.Post, "/api/v1/tasks", task)).GetProperty("id").GetGuid();

    private Task<JsonElement> Done(Guid id) => Call(HttpMethod.Get, $"/api/v1/tasks/{id}?wait_seconds=30");

    private async Task<string> State(Guid id) => (await Call(HttpMethod.Get, $"/api/v1/tasks/{id}")).GetProperty("state").GetString()!;

    private async Task<DateTimeOffset> Started(Guid id) => (await Done(id)).GetProperty("attempts")[0].GetProperty("started_at").GetDateTimeOffset();
}
