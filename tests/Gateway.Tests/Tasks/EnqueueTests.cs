using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Buildify.Gateway.Fakes;
using Buildify.Idempotency;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

public sealed class EnqueueTests : IAsyncLifetime
{
    private const string Letter = """{"type":"test.letter","payload":{"to":"ada","copies":2}""";

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TaskGateway.Start();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_task_is_202_with_its_id_and_where_to_look()
    {
        var answer = await _gateway.Send(Letter + "}");
        answer.Status.ShouldBe(202, answer.Text);
        answer.Headers["Location"].ShouldBe("/api/v1/tasks/" + answer.Json.GetProperty("id").GetString());
        answer.Json.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "state"]);
        answer.Json.GetProperty("state").GetString().ShouldBe("queued");
    }

    [Fact]
    public async Task What_is_left_out_is_as_the_type_says()
    {
        await _gateway.Send(Letter + "}", ("X-Correlation-ID", "abc"));
        var task = _gateway.Enqueued().ShouldHaveSingleItem();
        (task.Tenant, task.Type, task.Queue, task.MaxAttempts, task.Priority, task.Retain).ShouldBe(("acme", "test.letter", "mail", 8, 5, TaskRetention.Result));
        task.Payload.Text.ShouldBe("""{"to":"ada","copies":2}""");
        task.CorrelationId.ShouldBe("abc");
        task.TraceParent.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_said_is_as_it_is_said()
    {
        (await _gateway.Send(Letter + """
            ,"queue":"default","priority":9,"delay_seconds":1.5,"expires_at":"2200-01-01T00:00:00Z","unique_key":"u","ordering_key":"o","max_attempts":3,
            "retain":"everything"}
            """)).Status.ShouldBe(202);
        var task = _gateway.Enqueued().ShouldHaveSingleItem();
        (task.Queue, task.Priority, task.DelaySeconds, task.UniqueKey, task.OrderingKey, task.MaxAttempts, task.Retain)
            .ShouldBe(("default", 9, 1.5, "u", "o", 3, TaskRetention.Everything));
        task.ExpiresAt.ShouldBe(new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_time_that_is_just_past_is_taken() =>
        (await _gateway.Send($$"""{{Letter}},"run_at":"{{TimeProvider.System.GetUtcNow().AddSeconds(-20):O}}"}""")).Status.ShouldBe(202);

    [Theory]
    [InlineData(""","priority":10}""", "priority")]
    [InlineData(""","priority":-1}""", "priority")]
    [InlineData(""","priority":"high"}""", "priority")]
    [InlineData(""","max_attempts":0}""", "max_attempts")]
    [InlineData(""","max_attempts":101}""", "max_attempts")]
    [InlineData(""","delay_seconds":-0.1}""", "delay_seconds")]
    [InlineData(""","delay_seconds":400000000}""", "delay_seconds")]
    [InlineData(""","delay_seconds":1,"run_at":"2200-01-01T00:00:00Z"}""", "delay_seconds")]
    [InlineData(""","run_at":"2020-01-01T00:00:00Z"}""", "run_at")]
    [InlineData(""","run_at":"tomorrow"}""", "run_at")]
    [InlineData(""","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData(""","expires_at":"2200-01-01T00:00:00Z","run_at":"2200-01-02T00:00:00Z"}""", "expires_at")]
    [InlineData(""","unique_key":""}""", "unique_key")]
    [InlineData(""","unique_key":"a\nb"}""", "unique_key")]
    [InlineData(""","ordering_key":""}""", "ordering_key")]
    [InlineData(""","retain":"all"}""", "retain")]
    [InlineData(""","queue":"mial"}""", "queue")]
    [InlineData(""","qeue":"mail"}""", "qeue")]
    public async Task A_bad_option_is_400_and_named(string rest, string field)
    {
        (await _gateway.Send(Letter + rest)).ShouldRefuse(field);
        _gateway.Enqueued().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(256, 400)]
    [InlineData(255, 202)]
    public async Task A_key_has_255_characters_at_most(int length, int status) =>
        (await _gateway.Send($$"""{{Letter}},"unique_key":"{{new string('ü', length)}}"}""")).Status.ShouldBe(status);

    [Theory]
    [InlineData("""{"to":"ada"}""", "payload.copies")]
    [InlineData("""{"to":"ada","copies":"two"}""", "payload.copies")]
    [InlineData("""{"to":null,"copies":1}""", "payload.to")]
    [InlineData("""{"to":"ada","copies":1,"cc":"bob"}""", "payload.cc")]
    [InlineData("""{"to":"ada","copies":1,"stamp":"five5"}""", "payload.stamp")]
    [InlineData("""{"to":"ada","copies":1.5}""", "payload.copies")]
    [InlineData("7", "payload")]
    public async Task A_payload_that_is_not_the_type_s_is_400_and_says_where(string payload, string field) =>
        (await _gateway.Send($$"""{"type":"test.letter","payload":{{payload}} }""")).ShouldRefuse(field);

    [Fact]
    public async Task A_missing_payload_is_400() => (await _gateway.Send("""{"type":"test.letter"}""")).ShouldRefuse("payload");

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once() => (await _gateway.Send(
        """{"type":"test.letter","payload":{"copies":1},"queue":"mial","priority":12,"max_attempts":0}"""))
        .ShouldRefuse("payload.to", "queue", "priority", "max_attempts");

    [Theory]
    [InlineData("test.leter", "did you mean 'test.letter'?")]
    [InlineData("test.inner", "test.letter")]
    public async Task A_type_that_is_unknown_or_not_for_outside_is_400_with_the_nearest(string type, string hint) =>
        (await _gateway.Send($$"""{"type":"{{type}}","payload":{} }""")).ShouldRefuse("type").GetProperty("type")[0].GetString()!.ShouldContain(hint);

    [Fact]
    public async Task An_unknown_queue_is_told_the_nearest() =>
        (await _gateway.Send(Letter + ""","queue":"mails"}""")).ShouldRefuse("queue").GetProperty("queue")[0].GetString()!.ShouldContain("did you mean 'mail'?");

    [Fact]
    public async Task A_payload_over_256_KiB_is_413()
    {
        var letters = TaskOptions.MaxPayloadBytes - """{"value":""}""".Length;
        (await _gateway.Send($$"""{"type":"core.echo","payload":{"value":"{{new string('x', letters)}}"} }""")).Status.ShouldBe(202);
        (await _gateway.Send($$"""{"type":"core.echo","payload":{"value":"{{new string('x', letters + 1)}}"} }""")).ShouldBeProblem(413, "too-large");
        (await _gateway.Send($$"""{"type":"core.echo","payload":{"value":"{{new string('ü', (letters / 2) + 1)}}"} }""")).ShouldBeProblem(413, "too-large");
    }

    [Fact]
    public async Task Who_has_not_the_permission_is_403()
    {
        (await _gateway.Post("/api/v1/tasks", Letter + "}", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden")
            .GetProperty("detail").GetString()!.ShouldContain("'tasks.enqueue'");
        (await _gateway.Post("/api/v1/tasks", """{"type":"test.guarded","payload":{}}""", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden")
            .GetProperty("detail").GetString()!.ShouldContain("'test.send'");
        _gateway.Enqueued().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_for_no_tenant_is_400() =>
        (await _gateway.Post("/api/v1/tasks", Letter + "}", TestGateway.AdministratorToken)).ShouldBeProblem(400, "tenant-needed");

    [Fact]
    public async Task A_full_queue_is_429_with_when_to_come_back()
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskQueueGrain>("Enqueue", (_, _) =>
            Task.FromResult<Outcome<ImmutableArray<EnqueuedTask>>>(new Failure(FailureCodes.QueueFull, "The queue is full."))));
        var answer = await gateway.Send(Letter + "}");
        answer.ShouldBeProblem(429, "queue-full");
        answer.Headers["Retry-After"].ShouldBe("2");
    }

    [Fact]
    public async Task With_the_database_away_it_is_503_with_when_to_come_back()
    {
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskQueueGrain>("Enqueue", (_, _) =>
            Task.FromException<Outcome<ImmutableArray<EnqueuedTask>>>(new Npgsql.NpgsqlException("gone"))));
        var answer = await gateway.Send(Letter + "}");
        answer.ShouldBeProblem(503, "unavailable");
        answer.Headers.ShouldContainKey("Retry-After");
    }

    [Fact]
    public async Task A_unique_key_that_is_held_is_202_with_the_first_one_s_id()
    {
        var first = Guid.NewGuid();
        await using var gateway = await TaskGateway.Start(grains => grains.On<ITaskQueueGrain>("Enqueue", (_, _) =>
            Task.FromResult<Outcome<ImmutableArray<EnqueuedTask>>>((ImmutableArray<EnqueuedTask>)[new(first, TaskState.Running, WasThere: true)])));
        var answer = await gateway.Send(Letter + ""","unique_key":"u"}""");
        (answer.Status, answer.Text).ShouldBe((202, $$"""{"id":"{{first}}","state":"running","was_there":true}"""));
    }

    [Fact]
    public async Task A_key_goes_along_with_the_task_and_a_repeat_is_answered_what_was_stored()
    {
        var first = Guid.NewGuid();
        var verdict = IdempotencyVerdict.Proceed;
        await using var gateway = await TaskGateway.Start(grains => grains
            .On<IIdempotencyGrain>("Begin", (_, _) => Task.FromResult(new IdempotencyDecision(verdict, Guid.NewGuid(), new JsonText($$"""[{"id":"{{first}}","state":"queued"}]"""))))
            .On<IIdempotencyGrain>("End", (_, _) => Task.CompletedTask));

        (await gateway.Send(Letter + "}", ("Idempotency-Key", "k"))).Status.ShouldBe(202);
        gateway.Grains.CallsOf<ITaskQueueGrain>("Enqueue").Single().Arguments[1].ShouldBeOfType<IdempotencyStamp>().Key.ShouldBe("k");

        verdict = IdempotencyVerdict.Replay;
        var again = await gateway.Send(Letter + "}", ("Idempotency-Key", "k"));
        (again.Status, again.Text).ShouldBe((202, $$"""{"id":"{{first}}","state":"queued"}"""));
        again.Headers["Location"].ShouldBe($"/api/v1/tasks/{first}");
        gateway.Grains.CallsOf<ITaskQueueGrain>("Enqueue").Count().ShouldBe(1);
    }

    [Fact]
    public async Task Ordering_keys_go_to_the_partition_that_they_hash_to()
    {
        foreach (var key in Enumerable.Range(0, 8)) await _gateway.Send($$"""{"type":"core.echo","payload":{},"ordering_key":"{{key}}"}""");
        _gateway.Grains.CallsOf<ITaskQueueGrain>("Enqueue").Select(call => call.Key)
            .ShouldBe(Enumerable.Range(0, 8).Select(key => $"queue:default/{TaskPlacement.Of("acme", $"{key}", 2)}"));
    }

    [Fact]
    public async Task A_batch_is_202_with_each_in_its_place()
    {
        var answer = await _gateway.SendBatch($$"""{"tasks":[{{Letter}} },{{Letter}},"priority":1}]}""");
        answer.Status.ShouldBe(202, answer.Text);
        answer.Json.GetProperty("tasks").GetArrayLength().ShouldBe(2);
        _gateway.Enqueued().Select(task => task.Priority).ShouldBe([5, 1]);
    }

    [Fact]
    public async Task A_batch_that_spans_partitions_is_written_by_one_grain()
    {
        (await _gateway.SendBatch($$"""{"tasks":[{{Letter}} },{"type":"core.echo","payload":{} }]}""")).Status.ShouldBe(202);
        _gateway.Enqueued().ShouldBeEmpty();
        var call = _gateway.Grains.CallsOf<ITaskBatchGrain>("Enqueue").ShouldHaveSingleItem();
        ((ImmutableArray<PlacedTask>)call.Arguments[0]!).Select(task => task.Partition.Queue).ShouldBe(["mail", "default"]);
    }

    [Fact]
    public async Task One_bad_task_refuses_the_batch_and_is_named_by_its_place()
    {
        (await _gateway.SendBatch($$"""{"tasks":[{{Letter}} },{{Letter}},"priority":12},{"type":"core.eco","payload":{} },{"type":"test.letter","payload":{"to":"a"} }]}"""))
            .ShouldRefuse("tasks[1].priority", "tasks[2].type", "tasks[3].payload.copies");
        (await _gateway.SendBatch($$"""{"tasks":[{{Letter}} },null]}""")).ShouldRefuse("tasks[1]");
        _gateway.Enqueued().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_batch_has_1_to_10_000_tasks(int count) => (await _gateway.SendBatch(Batch(count, """{"value":1}"""))).ShouldRefuse("tasks");

    [Fact]
    public async Task A_batch_of_10_000_and_more_than_other_bodies_may_have_is_taken()
    {
        var json = Batch(10_000, $$"""{"value":"{{new string('x', 400)}}"}""");
        json.Length.ShouldBeGreaterThan(4 * 1024 * 1024);
        (await _gateway.SendBatch(json)).Json.GetProperty("tasks").GetArrayLength().ShouldBe(10_000);
    }

    [Fact]
    public async Task A_batch_has_a_limit_of_its_own_in_bytes_whether_or_not_it_says_its_length()
    {
        await using var gateway = await TaskGateway.Start(settings: new() { ["Limits:TaskBatchBytes"] = "4096" });
        var json = Batch(200, """{"value":1}""");
        (await gateway.SendBatch(json)).ShouldBeProblem(413, "too-large");

        using var chunks = new StreamContent(new Unsized(Encoding.UTF8.GetBytes(json)));
        chunks.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        (await gateway.Send(HttpMethod.Post, "/api/v1/tasks/batch", chunks, TestGateway.AdministratorToken, ("X-Tenant", "acme"), ("Transfer-Encoding", "chunked")))
            .ShouldBeProblem(413, "too-large");
    }

    private static string Batch(int count, string payload) =>
        $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat($$"""{"type":"core.echo","payload":{{payload}} }""", count))}}]}""";

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
