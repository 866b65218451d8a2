using System.Diagnostics;
using Buildify.Bench.Start;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Specs;

/// <summary>One start of a host.</summary>
/// <param name="Seconds">From the process's start to the first <c>/ready</c>.</param>
/// <param name="Mebibytes">The process's resident memory then.</param>
internal sealed record StartRun(double Seconds, double Mebibytes)
{
    /// <param name="program">Which build of the host.</param>
    /// <param name="folder">For what the host keeps beside the database.</param>
    /// <param name="settings">Beside the database's.</param>
    public static async Task<StartRun> Of(string program, HostFolder folder, PostgresDatabase database, params (string, string?)[] settings)
    {
        var start = Stopwatch.GetTimestamp();
        await using var host = HostProcess.LaunchProgram(program, folder.Path, Settings(database, settings));
        var seconds = await StartFigures.FirstAnswer(host.Http, "/ready", start);
        using var process = Process.GetProcessById(host.ProcessId);
        return new StartRun(seconds, process.WorkingSet64 / 1048576.0);
    }

    public static (string, string?)[] Settings(PostgresDatabase database, params (string, string?)[] settings) =>
        [("ASPNETCORE_ENVIRONMENT", "Production"), ("ConnectionStrings__Postgres", database.ConnectionString), .. settings];

    public static void AddBoth(Pair<StartRun> pair, string name, string reference, string done)
    {
        Report.Add(pair.ToFigure(name, "s", run => run.Seconds, reference, done));
        Report.Add(pair.ToFigure(name + ".memory", "MiB resident at /ready", run => run.Mebibytes, reference, done));
    }
}
