using Buildify.Gateway.Fakes;
using Buildify.Idempotency;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

public sealed class WorkflowRoutesTests : IAsyncLifetime
{
    private const string Path = "/api/v1/task-workflows";

    private static readonly StartedWorkflow Started = new(Guid.CreateVersion7(), WorkflowState.Running, [Guid.CreateVersion7()], Callback: null);

    private static readonly WorkflowView View = new(
        Started.Id, WorkflowKind.Group, WorkflowState.Running, WorkflowFailurePolicy.Stop, 1, null, [new(Started.Tasks[0], "core.echo", WorkflowStepState.Started)],
        null, DateTimeOffset.UnixEpoch, null);

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(grains => grains
        .On<IWorkflowGrain>("Start", (_, _) => Task.FromResult<Outcome<StartedWorkflow>>(Started))
        .On<IWorkflowGrain>("Get", (_, arguments) => Task.FromResult((Guid)arguments[0]! == Started.Id ? View : null))
        .On<IWorkflowGrain>("Cancel", (_, _) => Task.FromResult<Outcome<WorkflowView>>(new Failure(FailureCodes.TaskEnded, "It has ended.")))
        .On<IIdempotencyGrain>("Begin", (_, _) => Task.FromResult(new IdempotencyDecision(IdempotencyVerdict.Proceed, Guid.NewGuid(), null)))
        .On<IIdempotencyGrain>("End", (_, _) => Task.CompletedTask));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_workflow_is_started_with_its_types_defaults_and_the_caller_s_tenant()
    {
        var answer = await Post("""
            {"kind":"chord","tasks":[{"type":"core.echo","payload":{"a":0.20}},{"type":"core.sleep","payload":{"milliseconds":5},"priority":9,"max_attempts":1}],
             "callback":{"type":"core.echo"},"on_failure":"continue"}
            """, ("Idempotency-Key", "key-1"));

        answer.Status.ShouldBe(202, answer.Text);
        answer.Headers["Location"].ShouldBe($"{Path}/{Started.Id}");
        answer.Text.ShouldBe($$"""{"id":"{{Started.Id}}","state":"running","tasks":["{{Started.Tasks[0]}}"],"callback":null}""");
        var call = _gateway.Grains.CallsOf<IWorkflowGrain>("Start").ShouldHaveSingleItem();
        call.Arguments[0].ShouldBe("acme");
        ((IdempotencyStamp)call.Arguments[2]!).Key.ShouldBe("key-1");
        var workflow = (NewWorkflow)call.Arguments[1]!;
        (workflow.Kind, workflow.OnFailure, workflow.Callback!.Type).ShouldBe((WorkflowKind.Chord, WorkflowFailurePolicy.Continue, "core.echo"));
        workflow.Tasks.Select(task => (task.Tenant, task.Type, task.Queue, task.Payload.Text, task.Priority, task.MaxAttempts)).ShouldBe(
            [("acme", "core.echo", "default", """{"a":0.20}""", 5, 5), ("acme", "core.sleep", "default", """{"milliseconds":5}""", 9, 1)]);
    }

    [Theory]
    [InlineData("""{"kind":"chain","tasks":[{"type":"core.echo"},{"type":"core.nope"}]}""", "tasks[1].type")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.sleep","payload":{"milliseconds":"x"}}]}""", "tasks[0].payload.milliseconds")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.sleep"}]}""", "tasks[0].payload.milliseconds")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.sleep","payload":{"milliseconds":1,"more":2}}]}""", "tasks[0].payload.more")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.echo","payload":[]}]}""", "tasks[0].payload")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.echo","priority":10}]}""", "tasks[0].priority")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.echo","max_attempts":0}]}""", "tasks[0].max_attempts")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.echo","unique_key":"k"}]}""", "tasks[0].unique_key")]
    [InlineData("""{"kind":"group","tasks":[{"type":"core.echo","delay_seconds":1,"run_at":"2030-01-01T00:00:00Z"}]}""", "tasks[0].run_at")]
    // What the workflow puts in must have a place, and must not be there.
    [InlineData("""{"kind":"chain","tasks":[{"type":"core.echo"},{"type":"core.sleep","payload":{"milliseconds":1}}]}""", "tasks[1].payload")]
    [InlineData("""{"kind":"chain","tasks":[{"type":"core.echo"},{"type":"core.echo","payload":{"previous":1}}]}""", "tasks[1].payload.previous")]
    [InlineData("""{"kind":"chord","tasks":[{"type":"core.echo"}],"callback":{"type":"core.echo","payload":{"results":1}}}""", "callback.payload.results")]
    [InlineData("""{"kind":"chord","tasks":[{"type":"core.echo"}],"callback":{"type":"x"}}""", "callback.type")]
    [InlineData("""{"kind":"ring","tasks":[{"type":"core.echo"}]}""", "kind")]
    [InlineData("""{"kind":"group"}""", "tasks")]
    public async Task A_task_that_cannot_be_is_named_by_its_place_and_nothing_is_started(string body, string field)
    {
        (await Post(body)).ShouldRefuse(field);
        _gateway.Grains.CallsOf<IWorkflowGrain>("Start").ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_ten_thousand_tasks_are_refused()
    {
        var tasks = string.Join(',', Enumerable.Repeat("""{"type":"core.echo"}""", TaskOptions.MaxBatch + 1));
        (await Post($$"""{"kind":"group","tasks":[{{tasks}}]}""")).ShouldRefuse("tasks");
    }

    [Fact]
    public async Task Without_the_permission_to_enqueue_nothing_is_started() =>
        (await _gateway.Post(Path, """{"kind":"group","tasks":[{"type":"core.echo"}]}""", TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");

    [Fact]
    public async Task A_workflow_is_looked_at_and_another_is_404_and_an_ended_one_is_not_cancelled()
    {
        var found = await _gateway.Get($"{Path}/{Started.Id}", TestGateway.MemberToken);
        found.Status.ShouldBe(200);
        found.Json.GetProperty("tasks")[0].GetProperty("state").GetString().ShouldBe("started");
        (await _gateway.Get($"{Path}/{Guid.NewGuid()}", TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        (await _gateway.Get($"{Path}/x", TestGateway.MemberToken)).Status.ShouldBe(404);
        (await Cancel(TestGateway.AdministratorToken)).ShouldBeProblem(409, "task-ended");
        (await Cancel(TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");

        Task<TestAnswer> Cancel(string token) => _gateway.Send(HttpMethod.Post, $"{Path}/{Started.Id}/cancel", null, token, ("X-Tenant", "acme"));
    }

    private Task<TestAnswer> Post(string body, params (string Name, string Value)[] headers) =>
        _gateway.Post(Path, body, TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);
}
