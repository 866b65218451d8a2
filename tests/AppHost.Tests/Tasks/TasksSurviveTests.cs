using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.AppHost.Tasks;

/// <summary>What was answered 202 is done in the end, whatever dies meanwhile.</summary>
public class TasksSurviveTests
{
    private const string Echo = """{"type":"core.echo","payload":{"value":1}}""";

    [Fact]
    public async Task PostgreSQL_stopped_and_started_under_load_loses_nothing_that_was_answered()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path, ("ConnectionStrings__Postgres", database.ConnectionString));
        await NewTenant(host, "acme");

        var answered = new ConcurrentBag<Guid>();
        var refused = 0;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await host.Send(HttpMethod.Post, "/api/v1/tasks", Echo, "acme");
                if (answer.StatusCode == HttpStatusCode.Accepted) answered.Add(await IdOf(answer));
                else
                {
                    answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                    answer.Headers.RetryAfter.ShouldNotBeNull();
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToList();
        for (var outage = 0; outage < 3; outage++)
        {
            var before = (Answered: answered.Count, Refused: refused);
            await Eventually.Succeeds(() => Over(answered.Count, before.Answered + 50));
            await server.StopAsync();
            await Eventually.Succeeds(() => Over(refused, before.Refused));
            await server.StartAsync();
        }
        var last = answered.Count;
        await Eventually.Succeeds(() => Over(answered.Count, last + 50));
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        await Eventually.Succeeds(async () => (await database.QueryAsync<long>("SELECT count(*) FROM tasks")).ShouldBe(0));
        var done = JsonSerializer.Deserialize<HashSet<Guid>>(
            (await database.QueryAsync<string>("SELECT json_agg(id)::text FROM task_history WHERE state = 'succeeded'"))!)!;
        answered.Where(id => !done.Contains(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_task_that_kills_its_process_ends_dead_after_its_attempts_and_its_neighbours_finish()
    {
        await using var folder = new HostFolder();
        Guid killer;
        var neighbours = new List<Guid>();
        await using (var first = await HostProcess.Start(folder.Path))
        {
            await NewTenant(first, "acme");
            await first.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":true}""");
            for (var index = 0; index < 20; index++) neighbours.Add(await Enqueue(first, Echo));
            killer = await Enqueue(first, """{"type":"core.sleep","payload":{"milliseconds":1},"max_attempts":3}""");
            for (var index = 0; index < 20; index++) neighbours.Add(await Enqueue(first, Echo));
        }

        // As the handler would: the process ends when it is called. Once unknown to anybody, then as often as it may be tried.
        var deaths = 0;
        while (true)
        {
            deaths.ShouldBeLessThan(6);
            await using var host = await HostProcess.Start(folder.Path, ("BUILDIFY_FAILPOINT", "task-in-handler=core.sleep"));
            var died = host.Printed("failpoint reached: task-in-handler=core.sleep");
            await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":false}""");
            var isDead = false;
            await Eventually.Succeeds(async () =>
            {
                isDead = !died.IsCompleted && (await host.Call(HttpMethod.Get, $"/api/v1/tasks/{killer}", tenant: "acme")).GetProperty("state").GetString() == "dead";
                (died.IsCompleted || isDead).ShouldBeTrue();
            });
            if (isDead) break;
            await host.Kill();
            deaths++;
        }
        deaths.ShouldBeInRange(3, 4);

        await using var last = await HostProcess.Start(folder.Path);
        var dead = await last.Call(HttpMethod.Get, $"/api/v1/tasks/{killer}", tenant: "acme");
        dead.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("error").GetProperty("type").GetString())
            .ShouldBe(["worker_lost", "worker_lost", "worker_lost"]);
        foreach (var neighbour in neighbours)
        {
            (await last.Call(HttpMethod.Get, $"/api/v1/tasks/{neighbour}?wait_seconds=10", tenant: "acme")).GetProperty("state").GetString().ShouldBe("succeeded");
        }
    }

    [Fact]
    public async Task A_host_that_is_asked_to_stop_finishes_what_runs_and_leaves_the_rest()
    {
        await using var folder = new HostFolder();
        Guid slow, later;
        await using (var first = await HostProcess.Start(folder.Path))
        {
            await NewTenant(first, "acme");
            slow = await Enqueue(first, """{"type":"core.sleep","payload":{"milliseconds":1500}}""");
            await Eventually.Succeeds(async () => (await first.Call(HttpMethod.Get, $"/api/v1/tasks/{slow}", tenant: "acme"))
                .GetProperty("state").GetString().ShouldBe("running"));
            later = await Enqueue(first, """{"type":"core.echo","payload":{},"delay_seconds":3}""");
            (await first.Terminate()).ShouldBe(0);
        }

        await using var second = await HostProcess.Start(folder.Path);
        var finished = await second.Call(HttpMethod.Get, $"/api/v1/tasks/{slow}", tenant: "acme");
        (finished.GetProperty("state").GetString(), finished.GetProperty("attempts").GetArrayLength()).ShouldBe(("succeeded", 1));
        (await second.Call(HttpMethod.Get, $"/api/v1/tasks/{later}?wait_seconds=20", tenant: "acme")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task One_tenant_s_flood_leaves_another_s_ten_tasks_done_within_seconds()
    {
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path);
        await NewTenant(host, "flood");
        await NewTenant(host, "drop");
        await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":true}""");
        var tasks = string.Join(',', Enumerable.Repeat("""{"type":"core.sleep","payload":{"milliseconds":20}}""", 10_000));
        for (var batch = 0; batch < 10; batch++) await host.Call(HttpMethod.Post, "/api/v1/tasks/batch", $$"""{"tasks":[{{tasks}}]}""", "flood");
        var drops = new List<Guid>();
        for (var index = 0; index < 10; index++) drops.Add(await Enqueue(host, Echo, "drop"));
        await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":false}""");

        foreach (var drop in drops)
        {
            (await host.Call(HttpMethod.Get, $"/api/v1/tasks/{drop}?wait_seconds=20", tenant: "drop")).GetProperty("state").GetString().ShouldBe("succeeded");
        }
        // Most of the flood is still there: the ten did not wait for it.
        var queue = (await host.Call(HttpMethod.Get, "/api/v1/task-queues")).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "default");
        queue.GetProperty("depth").GetInt64().ShouldBeGreaterThan(50_000);
        await host.Call(HttpMethod.Patch, "/api/v1/task-queues/default", """{"paused":true}""");
    }

    [Fact]
    public async Task A_task_from_psql_runs_and_a_foreign_program_cannot_name_a_tenant_that_is_not_there()
    {
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path);
        await NewTenant(host, "acme");
        var id = await Psql(host, """SELECT enqueue_task('core.echo', '{"value": "from psql"}', tenant => 'acme')""");
        var done = await host.Call(HttpMethod.Get, $"/api/v1/tasks/{id}?wait_seconds=10", tenant: "acme");
        (done.GetProperty("state").GetString(), done.GetProperty("result").GetProperty("value").GetString()).ShouldBe(("succeeded", "from psql"));
        (await Psql(host, "SELECT enqueue_task('core.echo', tenant => 'nobody')")).ShouldContain("there is no active tenant nobody");
        (await Psql(host, "SELECT enqueue_task('core.ecko', tenant => 'acme')")).ShouldContain("there is no task type core.ecko");
    }

    private static async Task<string> Psql(HostProcess host, string sql)
    {
        using var psql = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["-c", $"{host.PsqlCommand()} -At -c \"$SQL\" 2>&1"])
        {
            RedirectStandardOutput = true,
            Environment = { ["SQL"] = sql },
        })!;
        return (await psql.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static Task<JsonElement> NewTenant(HostProcess host, string tenant) =>
        host.Call(HttpMethod.Post, "/api/v1/tenants", $$"""{"id":"{{tenant}}","display_name":"A tenant"}""");

    private static async Task<Guid> Enqueue(HostProcess host, string task, string tenant = "acme") =>
        (await host.Call(HttpMethod.Post, "/api/v1/tasks", task, tenant)).GetProperty("id").GetGuid();

    private static async Task<Guid> IdOf(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetGuid();

    private static Task Over(int count, int limit)
    {
        count.ShouldBeGreaterThan(limit);
        return Task.CompletedTask;
    }
}
