using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>The references of the other figures by themselves.</summary>
internal static class BoundFigures
{
    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        if (!options.Wants("tasks.bound.")) return;

        await Inserts(options, server, "tasks.bound.insert.1", connections: 1, SqlBound.Batch);
        await Inserts(options, server, "tasks.bound.insert.4", connections: 4, SqlBound.Batch);
        await Inserts(options, server, "tasks.bound.commits", SqlBound.MaxClients, rows: 1);
        var count = options.Quick ? 2_000 : 200_000;
        if (options.Wants("tasks.bound.claim"))
        {
            var pair = await Pair.Measure(
                options.TaskRuns, () => SqlBound.ClaimAndDelete(server, 4, count, text: null), () => SqlBound.ClaimAndDelete(server, 1, count, text: null));
            Report.Add(pair.ToFigure("tasks.bound.claim", "tasks/s", rate => rate, "one connection",
                $"{count} tasks in a table like tasks; from C#, 4 connections claim {SqlBound.Batch} with SKIP LOCKED, commit, delete them, commit"));
        }
        if (options.Wants("tasks.bound.claim_pgbench") && PgBench.Find() is { } program)
        {
            var pair = await Pair.Measure(
                options.TaskRuns, () => PgBench.ClaimAndDelete(program, server, count, clients: 4), () => SqlBound.ClaimAndDelete(server, 4, count, text: null));
            Report.Add(pair.ToFigure("tasks.bound.claim_pgbench", "tasks/s", rate => rate, "the same from C#", "as tasks.bound.claim, by 4 clients of pgbench"));
        }
    }

    private static async Task Inserts(BenchOptions options, PostgresServer server, string name, int connections, int rows)
    {
        if (!options.Wants(name)) return;

        var pair = await Pair.Measure(
            options.Runs,
            () => SqlBound.Insert(options, server, SqlBound.TasksTable, connections, rows, text: null),
            () => SqlBound.Insert(options, server, SqlBound.BareTable, connections, rows, text: null));
        Report.Add(pair.ToFigure(name, "rows/s", rate => rate, "into a table of a key and a payload",
            $"{rows} rows a transaction into a table like tasks, by unnest from C#, {connections} connections, payload {{}}, fsync and synchronous_commit on"));
    }
}
