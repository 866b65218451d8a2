using System.Diagnostics;
using Buildify.Bench.Http;
using Buildify.Testing.Hosts;

namespace Buildify.Bench.Start;

/// <summary>How long it is from starting the host's process to the first <c>/ready</c>, on a folder that has its database already.</summary>
internal static class StartFigures
{
    private const string Reference = "ASP.NET alone, to its first answer";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("start.")) return;

        var runs = options.Quick ? 1 : 7;
        await using var folder = new HostFolder();
        await using (await HostProcess.Start(folder.Path, Production))
        {
            // Makes the database.
        }
        if (options.Wants("start.server_started"))
        {
            Report.Add((await Pair.Measure(runs, () => Host(folder, leaveServer: false), Bare)).ToFigure(
                "start.server_started", "s", seconds => seconds, Reference,
                "dotnet AppHost.dll to /ready; the private PostgreSQL is started each time"));
        }
        if (options.Wants("start.server_adopted"))
        {
            await Host(folder, leaveServer: true);
            Report.Add((await Pair.Measure(runs, () => Host(folder, leaveServer: true), Bare)).ToFigure(
                "start.server_adopted", "s", seconds => seconds, Reference,
                "the same after kill -9: the PostgreSQL that the last host left is adopted"));
        }
    }

    private static (string, string?) Production => ("ASPNETCORE_ENVIRONMENT", "Production");

    private static async Task<double> Host(HostFolder folder, bool leaveServer)
    {
        var start = Stopwatch.GetTimestamp();
        await using var host = HostProcess.Launch(folder.Path, Production);
        var seconds = await FirstAnswer(host.Http, "/ready", start);
        if (leaveServer) await host.Kill();
        return seconds;
    }

    private static async Task<double> Bare()
    {
        var start = Stopwatch.GetTimestamp();
        await using var bare = await BareApi.Launch(new BareAnswer("/ready", """{"status":"ready"}"""));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{bare.Port}") };
        return await FirstAnswer(http, "/ready", start);
    }

    /// <summary>Seconds from <paramref name="start"/> to the first good answer.</summary>
    public static async Task<double> FirstAnswer(HttpClient http, string path, long start)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(path, limit.Token);
                if (answer.IsSuccessStatusCode) return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(Look, TimeProvider.System, limit.Token);
        }
    }
}
