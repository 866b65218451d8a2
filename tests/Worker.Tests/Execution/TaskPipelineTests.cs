using Buildify.Tasks;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Execution;

public sealed class TaskPipelineTests : IDisposable
{
    private readonly WorkerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_result_goes_out_as_json()
    {
        var outcome = await _rig.Run(_ => Task.FromResult<object?>(new { done = 3 }));
        (outcome.Kind, outcome.Result, outcome.Error).ShouldBe((TaskOutcomeKind.Succeeded, """{"done":3}""", null));
    }

    [Fact]
    public async Task Echo_results_in_everything_that_was_sent()
    {
        const string Payload = """{"value":0.20,"more":{"z":1,"a":[null,"ä"]},"big":12345678901234567890}""";
        (await _rig.Run(WorkerRig.Assignment("core.echo", Payload))).Result.ShouldBe(Payload);
    }

    [Theory]
    [InlineData(2, TaskOutcomeKind.Failed)]
    [InlineData(3, TaskOutcomeKind.Succeeded)]
    public async Task Fail_fails_as_often_as_it_was_told(int attempt, TaskOutcomeKind expected) =>
        (await _rig.Run(WorkerRig.Assignment("core.fail", """{"times":2}""", attempt))).Kind.ShouldBe(expected);

    [Fact]
    public async Task Fail_is_permanent_where_it_was_told() =>
        (await _rig.Run(WorkerRig.Assignment("core.fail", """{"times":2,"permanent":true}"""))).Kind.ShouldBe(TaskOutcomeKind.Dead);

    [Fact]
    public async Task An_exception_fails_the_attempt_and_the_next_waits_longer()
    {
        var first = await _rig.Run(_ => throw new InvalidOperationException("No."));
        (first.Kind, first.Error).ShouldBe((TaskOutcomeKind.Failed, new TaskError("InvalidOperationException", "No.")));
        first.DelaySeconds.ShouldBeInRange(2, 4);
        (await _rig.Run(_ => throw new InvalidOperationException("No."), attempt: 3)).DelaySeconds.ShouldBeInRange(8, 16);
    }

    [Fact]
    public async Task A_long_or_broken_message_is_kept_in_part()
    {
        var outcome = await _rig.Run(_ => throw new InvalidOperationException("\0\ud800" + new string('x', 3_000)));
        outcome.Error!.Message.Length.ShouldBe(2_000);
        outcome.Error.Message.ShouldStartWith("\ufffd\ufffdx");
    }

    [Fact]
    public async Task Running_out_of_memory_fails_the_attempt_alone()
    {
        (await _rig.Run(_ => throw new InsufficientMemoryException("Full."))).Kind.ShouldBe(TaskOutcomeKind.Failed);
        (await _rig.Run(_ => Task.FromResult<object?>(1))).Kind.ShouldBe(TaskOutcomeKind.Succeeded);
    }

    [Fact]
    public async Task A_permanent_failure_is_dead_at_once() =>
        (await _rig.Run(_ => throw new PermanentFailureException("Never."))).Kind.ShouldBe(TaskOutcomeKind.Dead);

    [Fact]
    public async Task An_exception_that_the_type_calls_permanent_is_dead_at_once() =>
        (await _rig.Run(_ => throw new FormatException("Never."))).Kind.ShouldBe(TaskOutcomeKind.Dead);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"nome":"x"}""")]
    public async Task A_payload_that_does_not_fit_is_dead_at_once(string payload)
    {
        var outcome = await _rig.Run(WorkerRig.Assignment("test.script", payload));
        outcome.Kind.ShouldBe(TaskOutcomeKind.Dead);
        outcome.Error!.Message.ShouldContain("payload");
    }

    [Fact]
    public async Task A_result_that_is_no_json_is_dead_and_says_so()
    {
        var outcome = await _rig.Run(_ => Task.FromResult<object?>(typeof(string)));
        outcome.Kind.ShouldBe(TaskOutcomeKind.Dead);
        outcome.Error!.Message.ShouldContain("cannot be written as JSON");
    }

    [Theory]
    [InlineData(TaskResults.MaxBytes - 2, TaskOutcomeKind.Succeeded)]
    [InlineData(TaskResults.MaxBytes - 1, TaskOutcomeKind.Dead)]
    public async Task A_result_is_as_big_as_it_may_be(int length, TaskOutcomeKind expected) =>
        (await _rig.Run(_ => Task.FromResult<object?>(new string('x', length)))).Kind.ShouldBe(expected);

    [Fact]
    public async Task A_task_of_an_unknown_type_goes_back_and_waits()
    {
        var outcome = await _rig.Run(WorkerRig.Assignment("nobody.knows"));
        (outcome.Kind, outcome.DelaySeconds).ShouldBe((TaskOutcomeKind.Released, TaskPipeline.UnknownTypeSeconds));
    }

    [Fact]
    public async Task A_handler_s_calls_carry_the_task_s_tenant_and_ids()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var outcome = await _rig.Run(WorkerRig.Assignment("test.who") with { CorrelationId = "c-1", TraceParent = Parent });
        outcome.Result.ShouldBe($"\"acme c-1 {Parent}\"");
        (await _rig.Run(WorkerRig.Assignment("test.who"))).Result.ShouldBe("\"acme  \"");
    }

    [Fact]
    public async Task A_handler_is_disposed_when_it_has_run()
    {
        await _rig.Run(WorkerRig.Assignment("test.disposed"));
        _rig.Disposals.ShouldBe(1);
    }

    [Fact]
    public async Task A_doubtful_task_that_was_completed_does_not_run_again()
    {
        var task = WorkerRig.Scripted(_ => throw new InvalidOperationException("It ran.")) with { IsDoubtful = true };
        _rig.Complete(task.Id, "7");
        var outcome = await _rig.Run(task);
        (outcome.Kind, outcome.Result).ShouldBe((TaskOutcomeKind.Completed, "7"));
    }

    [Fact]
    public async Task A_doubtful_task_that_was_not_completed_runs()
    {
        var outcome = await _rig.Run(WorkerRig.Scripted(_ => Task.FromResult<object?>(1)) with { IsDoubtful = true });
        outcome.Kind.ShouldBe(TaskOutcomeKind.Succeeded);
    }

    [Fact]
    public async Task A_doubtful_task_waits_while_nobody_can_say()
    {
        _rig.CompletionsAreAway = true;
        var outcome = await _rig.Run(WorkerRig.Scripted(_ => Task.FromResult<object?>(1)) with { IsDoubtful = true });
        outcome.Kind.ShouldBe(TaskOutcomeKind.Postponed);
    }

    [Fact]
    public async Task A_circuit_that_failures_opened_puts_tasks_off_until_it_may_close()
    {
        for (var call = 0; call < 10; call++)
        {
            (await _rig.Run(context => context.Through<object?>("smtp", _ => throw new TimeoutException("No answer.")))).Kind.ShouldBe(TaskOutcomeKind.Failed);
        }
        var open = await _rig.Run(context => context.Through("smtp", _ => Task.FromResult<object?>(1)));
        open.Kind.ShouldBe(TaskOutcomeKind.Postponed);
        open.DelaySeconds.ShouldBeInRange(1, 30);
        (await _rig.Run(context => context.Through("other", _ => Task.FromResult<object?>(1)))).Kind.ShouldBe(TaskOutcomeKind.Succeeded);

        _rig.Time.Advance(TimeSpan.FromSeconds(31));
        (await _rig.Run(context => context.Through("smtp", _ => Task.FromResult<object?>(1)))).Kind.ShouldBe(TaskOutcomeKind.Succeeded);
    }

    [Fact]
    public async Task Progress_is_kept_within_bounds()
    {
        TaskProgress? said = null;
        await _rig.Run(context =>
        {
            context.Report(7, new string('x', 300));
            said = ((TaskRun)context).News();
            return Task.FromResult<object?>(null);
        });
        said.ShouldBe(new TaskProgress(1, new string('x', 200)));
    }
}
