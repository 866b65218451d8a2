using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Notes;

/// <summary>The host is killed again and again while it imports: each note is there once in the end, and every task is done.</summary>
public class ImportSurvivesTests
{
    private const int Batch = 10_000;
    private const int Batches = 2;

    /// <summary>Where the process is halted and killed; null for some moment under load.</summary>
    private static readonly string?[] Deaths =
    [
        null, "task-dispatched=default", "task-in-handler=notes.import", "after-write=notes", null, "task-before-report=notes.import", "task-flush=default",
        null, "task-flushed=default", null,
    ];

    [Fact]
    public async Task Killed_ten_times_under_load_every_task_is_done_and_has_its_row_once()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        var connection = ("ConnectionStrings__Postgres", (string?)database.ConnectionString);
        await using (var first = await HostProcess.Start(folder.Path, connection)) await Prepare(first);

        foreach (var failpoint in Deaths)
        {
            await using var host = await HostProcess.Start(folder.Path, connection, ("BUILDIFY_FAILPOINT", failpoint));
            // What an unclean end leaves is run in small groups at first, so a host is given the time to get through some.
            if (failpoint is not null) await host.Printed($"failpoint reached: {failpoint}");
            else await Ended(database, atLeast: 500 + (await Ended(database)));
            await host.Kill();
        }

        await using var last = await HostProcess.Start(folder.Path, connection);
        await Eventually.Succeeds(async () => (await database.QueryAsync<long>("SELECT count(*) FROM tasks")).ShouldBe(0));
        (await database.QueryAsync<long>("SELECT count(*) FROM task_history WHERE type = 'notes.import' AND state = 'succeeded'")).ShouldBe(Batch * Batches);
        (await database.QueryAsync<long>("SELECT count(*) FROM notes_notes")).ShouldBe(Batch * Batches);
        (await database.QueryAsync<long>("SELECT count(DISTINCT title) FROM notes_notes")).ShouldBe(Batch * Batches);
        // What a task answers is the note that is there, whichever attempt made it.
        (await database.QueryAsync<long>(
            "SELECT count(*) FROM task_history AS task JOIN notes_notes AS note ON note.id = (task.result->>'id')::uuid")).ShouldBe(Batch * Batches);
        (await database.QueryAsync<long>("SELECT count(*) FROM task_completions")).ShouldBe(0);
    }

    private static async Task Prepare(HostProcess host)
    {
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
        await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Berlin"}""", "acme");
        await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/notes", "{}", "acme");
        await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":true}""");
        for (var batch = 0; batch < Batches; batch++)
        {
            var tasks = Enumerable.Range(batch * Batch, Batch).Select(number => new
            {
                type = "notes.import",
                payload = new { company_id = "berlin", title = $"note {number}" },
                max_attempts = 20,
            });
            var answer = await host.Call(HttpMethod.Post, "/api/v1/tasks/batch", JsonSerializer.Serialize(new { tasks }), "acme");
            answer.GetProperty("tasks").GetArrayLength().ShouldBe(Batch);
        }
        await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":false}""");
    }

    private static Task<long> Ended(PostgresDatabase database) => database.QueryAsync<long>("SELECT count(*) FROM task_history");

    private static Task Ended(PostgresDatabase database, long atLeast) => Eventually.Succeeds(async () =>
        ((await Ended(database)) >= atLeast || await database.QueryAsync<long>("SELECT count(*) FROM tasks") == 0).ShouldBeTrue());
}
