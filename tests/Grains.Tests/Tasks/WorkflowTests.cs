using Buildify.Tasks.Workflows;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>Workflows as rows: what follows from the end of a task, whoever says it, how often, and in which order.</summary>
public sealed class WorkflowTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TaskSql.Create();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_chain_hands_each_result_to_the_next_and_has_one_task_at_a_time()
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", """{"a":1}""", """ { } """]);
        (await Queued()).ShouldBe([chain.Tasks[0]]);

        (await End(chain.Tasks[0], "succeeded", """{"n":0.20,"z":"\u0000"}""")).ShouldHaveSingleItem();
        (await Queued()).ShouldBe([chain.Tasks[1]]);
        (await Payload(chain.Tasks[1])).ShouldBe("""{"previous":{"n":0.20,"z":"\u0000"},"a":1}""");

        await End(chain.Tasks[1], "succeeded", result: null);
        (await Payload(chain.Tasks[2])).ShouldBe("""{"previous":null } """);
        (await State(chain)).ShouldBe(WorkflowState.Running);

        (await End(chain.Tasks[2], "succeeded", "3")).ShouldBeEmpty();
        (await State(chain)).ShouldBe(WorkflowState.Succeeded);
        (await Queued()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_ends_with_its_last_task_in_whatever_order_they_end()
    {
        foreach (var order in Orders([0, 1, 2]))
        {
            var group = await Start(WorkflowKind.Group, ["{}", "{}", "{}"]);
            (await Queued()).ShouldBe(group.Tasks, ignoreOrder: true);
            foreach (var index in order)
            {
                (await State(group)).ShouldBe(WorkflowState.Running);
                await End(group.Tasks[index], "succeeded", "1");
            }
            (await State(group)).ShouldBe(WorkflowState.Succeeded);
        }
    }

    [Fact]
    public async Task A_chord_s_callback_gets_all_results_in_the_order_of_the_tasks_whatever_the_order_of_their_ends()
    {
        foreach (var order in Orders([0, 1, 2]))
        {
            var chord = await Start(WorkflowKind.Chord, ["{}", "{}", "{}"], """{"who":"me"}""");
            foreach (var index in order) await End(chord.Tasks[index], "succeeded", $$"""{"i":{{index}}}""");

            (await Queued()).ShouldBe([chord.Callback!.Value]);
            (await Payload(chord.Callback!.Value)).ShouldBe("""{"results":[{"i":0},{"i":1},{"i":2}],"who":"me"}""");
            (await State(chord)).ShouldBe(WorkflowState.Running);
            await End(chord.Callback!.Value, "succeeded");
            (await State(chord)).ShouldBe(WorkflowState.Succeeded);
        }
    }

    [Fact]
    public async Task What_is_said_twice_counts_once()
    {
        var chord = await Start(WorkflowKind.Chord, ["{}", "{}"], "{}");
        await using var connection = await _database.Source.OpenConnectionAsync();
        await _database.ExecuteAsync("DELETE FROM tasks WHERE id = $1", chord.Tasks[0]);

        await TaskSql.Advance(connection, (chord.Id, 0, "succeeded", "1"), (chord.Id, 0, "succeeded", "1"));
        (await TaskSql.Advance(connection, (chord.Id, 0, "succeeded", "9"))).ShouldBeEmpty();
        (await Find(chord)).Remaining.ShouldBe(1);

        await End(chord.Tasks[1], "succeeded", "2");
        (await TaskSql.Advance(connection, (chord.Id, 1, "succeeded", "2"))).ShouldBeEmpty();
        (await Queued()).ShouldBe([chord.Callback!.Value]);
        (await Payload(chord.Callback!.Value)).ShouldBe("""{"results":[1,2]}""");
    }

    [Fact]
    public async Task Many_owners_that_end_the_tasks_of_several_chords_at_the_same_time_begin_each_callback_once()
    {
        const int Tasks = 100;
        var chords = new List<StartedWorkflow>();
        for (var i = 0; i < 3; i++) chords.Add(await Start(WorkflowKind.Chord, [.. Enumerable.Repeat("{}", Tasks)], "{}"));
        var ends = chords.SelectMany(chord => chord.Tasks.Select((id, index) => (Task: id, chord.Id, Index: index))).ToList();
        var random = new Random(20261121);
        var owners = ends.OrderBy(_ => random.Next()).Chunk(ends.Count / 4).ToList();

        await Task.WhenAll(owners.Select(async own =>
        {
            await using var connection = await _database.Source.OpenConnectionAsync();
            foreach (var flush in own.Chunk(7))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                foreach (var (task, _, _) in flush) await TaskSql.Take(connection, task);
                await TaskSql.Advance(connection, [.. flush.Select(end => (end.Id, end.Index, "succeeded", (string?)$"{end.Index}"))]);
                await transaction.CommitAsync();
            }
        }));

        (await Queued()).ShouldBe(chords.Select(chord => chord.Callback!.Value), ignoreOrder: true);
        foreach (var chord in chords)
        {
            (await Payload(chord.Callback!.Value)).ShouldBe($$"""{"results":[{{string.Join(',', Enumerable.Range(0, Tasks))}}]}""");
        }
    }

    [Theory]
    [InlineData("dead")]
    [InlineData("cancelled")]
    [InlineData("expired")]
    public async Task With_stop_a_task_that_did_not_do_well_fails_a_chain_and_what_has_not_begun_never_does(string end)
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", "{}", "{}"]);

        await End(chain.Tasks[0], end);

        var view = await Find(chain);
        (view.State, view.Error).ShouldBe((WorkflowState.Failed, $"task 0 is {end}"));
        view.Tasks.Skip(1).Select(step => step.State).ShouldBe([WorkflowStepState.Cancelled, WorkflowStepState.Cancelled]);
        (await Queued()).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_stop_the_other_tasks_of_a_group_are_marked_and_their_ends_change_nothing()
    {
        var chord = await Start(WorkflowKind.Chord, ["{}", "{}", "{}"], "{}");

        (await End(chord.Tasks[1], "dead")).ShouldNotBeEmpty();

        (await _database.QueryAsync<long>("SELECT count(*) FROM tasks WHERE cancel_requested")).ShouldBe(2);
        await End(chord.Tasks[0], "cancelled");
        await End(chord.Tasks[2], "succeeded", "1");
        var view = await Find(chord);
        (view.State, view.Remaining, view.Callback!.State).ShouldBe((WorkflowState.Failed, 0, WorkflowStepState.Cancelled));
        (await Queued()).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_continue_a_task_that_did_not_do_well_has_null_for_its_result()
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", "{}"], policy: WorkflowFailurePolicy.Continue);
        await End(chain.Tasks[0], "dead");
        (await Payload(chain.Tasks[1])).ShouldBe("""{"previous":null}""");
        await End(chain.Tasks[1], "succeeded");
        (await State(chain)).ShouldBe(WorkflowState.Succeeded);

        var chord = await Start(WorkflowKind.Chord, ["{}", "{}"], "{}", WorkflowFailurePolicy.Continue);
        await End(chord.Tasks[0], "expired");
        await End(chord.Tasks[1], "succeeded", "7");
        (await Payload(chord.Callback!.Value)).ShouldBe("""{"results":[null,7]}""");
    }

    [Fact]
    public async Task A_dead_task_that_is_retried_and_succeeds_lets_its_chain_go_on()
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", "{}", "{}"]);
        await End(chain.Tasks[0], "dead");
        await using var connection = await _database.Source.OpenConnectionAsync();

        (await TaskSql.Advance(connection, (chain.Id, 0, "succeeded", "5"))).ShouldHaveSingleItem();

        var view = await Find(chain);
        (view.State, view.Remaining, view.Error).ShouldBe((WorkflowState.Running, 2, null));
        (await Payload(chain.Tasks[1])).ShouldBe("""{"previous":5}""");
        await End(chain.Tasks[1], "succeeded", "1");
        await End(chain.Tasks[2], "succeeded", "1");
        (await State(chain)).ShouldBe(WorkflowState.Succeeded);
    }

    [Fact]
    public async Task A_dead_task_that_is_retried_and_succeeds_lets_a_chord_go_on_where_nothing_else_was_wrong()
    {
        var chord = await Start(WorkflowKind.Chord, ["{}", "{}"], "{}");
        await End(chord.Tasks[0], "succeeded", "1");
        await End(chord.Tasks[1], "dead");
        (await State(chord)).ShouldBe(WorkflowState.Failed);
        await using var connection = await _database.Source.OpenConnectionAsync();

        await TaskSql.Advance(connection, (chord.Id, 1, "succeeded", "2"));

        (await Payload(chord.Callback!.Value)).ShouldBe("""{"results":[1,2]}""");
        (await State(chord)).ShouldBe(WorkflowState.Running);
    }

    [Fact]
    public async Task A_dead_callback_fails_the_workflow_and_one_that_is_retried_mends_it()
    {
        var chord = await Start(WorkflowKind.Chord, ["{}"], "{}", WorkflowFailurePolicy.Continue);
        await End(chord.Tasks[0], "succeeded", "1");
        await End(chord.Callback!.Value, "dead");
        (await Find(chord)).Error.ShouldBe("the callback is dead");
        await using var connection = await _database.Source.OpenConnectionAsync();

        await TaskSql.Advance(connection, (chord.Id, 1, "succeeded", "2"));

        (await State(chord)).ShouldBe(WorkflowState.Succeeded);
        (await Find(chord)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Results_that_no_callback_can_hold_fail_the_workflow_and_say_so()
    {
        var chord = await Start(WorkflowKind.Chord, ["{}", "{}"], "{}");
        var large = $"\"{new string('x', 9_000_000)}\"";

        await End(chord.Tasks[0], "succeeded", large);
        await End(chord.Tasks[1], "succeeded", large);

        var view = await Find(chord);
        (view.State, view.Callback!.State).ShouldBe((WorkflowState.Failed, WorkflowStepState.Cancelled));
        view.Error!.ShouldContain("16 MiB");
    }

    [Fact]
    public async Task Cancelling_marks_what_is_there_and_begins_nothing_more()
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", "{}"]);

        (await _database.RowsAsync("SELECT partition FROM cancel_workflow($1)", chain.Id)).ShouldHaveSingleItem();

        (await _database.QueryAsync<bool>("SELECT cancel_requested FROM tasks")).ShouldBeTrue();
        await End(chain.Tasks[0], "succeeded", "1");
        (await Queued()).ShouldBeEmpty();
        (await State(chain)).ShouldBe(WorkflowState.Cancelled);
        (await _database.RowsAsync("SELECT partition FROM cancel_workflow($1)", chain.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_task_that_its_owner_was_writing_when_the_workflow_was_stopped_is_marked_later_and_nobody_waits()
    {
        var group = await Start(WorkflowKind.Group, ["{}", "{}"]);
        await using (var owner = await _database.Source.OpenConnectionAsync())
        await using (var transaction = await owner.BeginTransactionAsync())
        {
            await using (var write = new NpgsqlCommand("UPDATE tasks SET attempt = 1 WHERE id = $1", owner) { Parameters = { new() { Value = group.Tasks[1] } } })
            {
                await write.ExecuteNonQueryAsync();
            }
            await End(group.Tasks[0], "dead");
            await transaction.CommitAsync();
        }
        (await _database.QueryAsync<bool>("SELECT cancel_requested FROM tasks")).ShouldBeFalse();

        (await _database.RowsAsync("SELECT partition FROM cancel_workflow_leftovers()")).ShouldHaveSingleItem();

        (await _database.QueryAsync<bool>("SELECT cancel_requested FROM tasks")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_step_whose_turn_has_not_come_is_found_by_its_id()
    {
        var chain = await Start(WorkflowKind.Chain, ["{}", """{"a":1}"""]);

        (await Step(chain.Tasks[0])).ShouldBeEmpty();
        (await Step(chain.Tasks[1])).ShouldHaveSingleItem().ShouldBe(["acme", "core.echo", "default", "scheduled", """{"a":1}"""]);
        await End(chain.Tasks[0], "dead");
        (await Step(chain.Tasks[1]))[0][3].ShouldBe("cancelled");

        Task<List<object?[]>> Step(Guid id) => _database.RowsAsync("SELECT tenant, type, queue, state, payload::text FROM find_workflow_step($1)", id);
    }

    [Fact]
    public async Task Tasks_with_one_ordering_key_are_put_into_one_partition()
    {
        await TaskSql.AddQueue(_database, 8, "many");
        var tasks = Enumerable.Range(0, 20).Select(_ => TaskSql.Echo() with { Queue = "many", OrderingKey = "one" });
        await using var connection = await _database.Source.OpenConnectionAsync();

        await WorkflowRows.Start(connection, "acme", new NewWorkflow(WorkflowKind.Group, [.. tasks]));

        (await _database.QueryAsync<long>("SELECT count(DISTINCT partition) FROM tasks")).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_thousand_tasks_are_started_and_named_in_their_order()
    {
        var group = await Start(WorkflowKind.Group, [.. Enumerable.Range(0, TaskOptions.MaxBatch).Select(i => $$"""{"i":{{i}}}""")]);

        group.Tasks.Length.ShouldBe(TaskOptions.MaxBatch);
        (await Payload(group.Tasks[7_777])).ShouldBe("""{"i":7777}""");
        (await _database.QueryAsync<long>("SELECT count(*) FROM tasks WHERE position IS NULL")).ShouldBe(TaskOptions.MaxBatch);
    }

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    private async Task<StartedWorkflow> Start(
        WorkflowKind kind, string[] payloads, string? callback = null, WorkflowFailurePolicy policy = WorkflowFailurePolicy.Stop)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        var workflow = new NewWorkflow(kind, [.. payloads.Select(TaskSql.Echo)], callback is null ? null : TaskSql.Echo(callback), policy);
        var (started, partitions) = await WorkflowRows.Start(connection, "acme", workflow);
        partitions.ShouldNotBeEmpty();
        return started;
    }

    private Task<List<int>> End(Guid task, string end, string? result = null) => TaskSql.End(_database, task, end, result);

    private async Task<List<Guid>> Queued() => [.. (await _database.RowsAsync("SELECT id FROM tasks ORDER BY id")).Select(row => (Guid)row[0]!)];

    private Task<string?> Payload(Guid task) => _database.QueryAsync<string>("SELECT payload::text FROM tasks WHERE id = $1", task);

    private async Task<WorkflowState> State(StartedWorkflow workflow) => (await Find(workflow)).State;

    private async Task<WorkflowView> Find(StartedWorkflow workflow)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        return (await WorkflowRows.Find(connection, workflow.Id, "acme")).ShouldNotBeNull();
    }
}
