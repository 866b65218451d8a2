using Buildify.Databases;
using Buildify.Silo.Modules;
using Buildify.Silo.Tasks;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Tasks;

public sealed class TaskUpkeepTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TaskSql.Create();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task What_is_old_goes_and_what_is_young_or_needed_stays()
    {
        await _database.ExecuteAsync(
            """
            INSERT INTO dead_tasks (id, partition, queue, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, finished_at)
            SELECT new_task_id(1), 1, 'default', 5, 'acme', 'core.echo', '{}', 'result', 5, 5, now(), now(), now() - days * interval '1 day'
            FROM unnest(ARRAY[89, 91]) AS days
            """);
        await _database.ExecuteAsync(
            """
            INSERT INTO task_unique_keys (tenant, type, key, task_id, held_until)
            VALUES ('acme', 't', 'past', new_task_id(1), now() - interval '1 s'), ('acme', 't', 'later', new_task_id(1), now() + interval '1 h'),
                   ('acme', 't', 'unfinished', new_task_id(1), NULL)
            """);
        await _database.ExecuteAsync("INSERT INTO tasks (id, partition, priority, tenant, type, payload, retain, max_attempts) VALUES (new_task_id(1), 1, 5, 'acme', 't', '{}', 'result', 5)");
        await _database.ExecuteAsync(
            """
            INSERT INTO task_completions (task_id, attempt, completed_at)
            SELECT id, 1, now() - interval '8 days' FROM tasks
            UNION ALL VALUES (new_task_id(1), 1, now() - interval '8 days'), (new_task_id(1), 1, now() - interval '6 days')
            """);

        await Tidy();

        (await _database.QueryAsync<long>("SELECT count(*) FROM dead_tasks")).ShouldBe(1);
        (await _database.RowsAsync("SELECT key FROM task_unique_keys ORDER BY key")).Select(row => row[0]).ShouldBe(["later", "unfinished"]);
        (await _database.QueryAsync<long>("SELECT count(*) FROM task_completions")).ShouldBe(2);
        (await _database.QueryAsync<long>("SELECT count(*) FROM task_completions JOIN tasks ON tasks.id = task_id")).ShouldBe(1);
        (await _database.QueryAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'task_history'::regclass")).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_dead_task_that_its_handler_had_completed_has_succeeded()
    {
        await _database.ExecuteAsync(
            """
            INSERT INTO dead_tasks (id, partition, queue, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, finished_at)
            SELECT new_task_id(1), 1, 'default', 5, 'acme', 'core.echo', '{}', retain::task_retention, 5, 5, now(), now(), now()
            FROM unnest(ARRAY['result', 'nothing']) AS retain
            """);
        await _database.ExecuteAsync("INSERT INTO task_completions (task_id, attempt, result) SELECT id, 5, '{\"ok\": true}' FROM dead_tasks");

        await Tidy();

        (await _database.QueryAsync<long>("SELECT count(*) FROM dead_tasks")).ShouldBe(0);
        (await _database.RowsAsync("SELECT state::text, result::text FROM task_history")).ShouldHaveSingleItem().ShouldBe(["succeeded", """{"ok": true}"""]);
    }

    [Theory]
    [InlineData("KeepDays", "0")]
    [InlineData("KeepDays", "366")]
    [InlineData("DeadDays", "soon")]
    public void A_setting_out_of_its_bounds_is_told_with_what_is_right(string key, string value)
    {
        var options = new TaskUpkeepOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Tasks:{key}", (string?)value)]).Build());
        options.Errors.ShouldHaveSingleItem().ShouldContain($"Tasks__{key} is '{value}'");
    }

    private async Task Tidy()
    {
        await using var host = ModuleHost.On(_database);
        var upkeep = new TaskUpkeep(_database.Source, host.Services.GetRequiredService<ModulePlaces>(), grains: null!, Options.Create(new TaskUpkeepOptions()),
            TimeProvider.System, NullLogger<TaskUpkeep>.Instance);
        await upkeep.Tidy(CancellationToken.None);
    }
}
