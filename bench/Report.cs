using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Buildify.Testing.Postgres;

namespace Buildify.Bench;

/// <summary>One JSON object a line on standard output.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Add(Figure figure) => Print(new
    {
        Figure = figure.Name,
        figure.Unit,
        Median = Rounded(figure.Median),
        Runs = Array.ConvertAll(figure.Runs, Rounded),
        figure.Reference,
        ReferenceMedian = Rounded(figure.ReferenceMedian),
        ReferenceRuns = Array.ConvertAll(figure.ReferenceRuns, Rounded),
        Ratio = Math.Round(figure.Ratio, 3),
        figure.Done,
        Load = LoadAverage(),
    });

    /// <summary>Where the figures that follow were measured.</summary>
    public static async Task Facts(BenchOptions options)
    {
        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await using var database = await server.CreateEmptyDatabaseAsync();
        Print(new
        {
            Date = TimeProvider.System.GetUtcNow().ToString("u"),
            Cores = Environment.ProcessorCount,
            MemoryMib = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
            Cpu = FirstValue("/proc/cpuinfo", "model name"),
            Os = FirstValue("/etc/os-release", "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription,
            Kernel = Environment.OSVersion.Version.ToString(),
            Dotnet = RuntimeInformation.FrameworkDescription,
            ServerGc = System.Runtime.GCSettings.IsServerGC,
            Postgres = await database.QueryAsync<string>("SELECT current_setting('server_version')"),
            Fsync = await database.QueryAsync<string>("SELECT current_setting('fsync')"),
            SynchronousCommit = await database.QueryAsync<string>("SELECT current_setting('synchronous_commit')"),
            Load = LoadAverage(),
            options.Quick,
        });
    }

    private static void Print<T>(T line) => Console.WriteLine(JsonSerializer.Serialize(line, Options));

    // More digits than a run can repeat would only be in the way.
    private static double Rounded(double value) => Math.Abs(value) >= 1000 ? Math.Round(value) : Math.Round(value, 3);

    private static string? FirstValue(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split([':', '='], 2)[1].Trim()
        : null;

    /// <summary>How many wanted a core in the last minute, this program among them: a disturbed run shows.</summary>
    private static string? LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null;
}
