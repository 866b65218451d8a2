using System.Diagnostics;
using System.Globalization;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Bench.Tasks;

/// <summary>The same claims as <see cref="SqlBound"/>'s, by PostgreSQL's own program: what a client in C costs.</summary>
internal static class PgBench
{
    // One statement, so that pgbench can take its answer into a variable.
    private const string MakeClaims = $"CREATE FUNCTION claim() RETURNS SETOF uuid LANGUAGE sql AS $$ {SqlBound.Claim} $$";

    private const string Script = """
        SELECT coalesce(array_agg(id), '{}')::text AS ids FROM claim() AS id \gset
        DELETE FROM tasks WHERE id = ANY (':ids'::uuid[]);
        """;

    /// <summary>Where the program is; null where it is not installed.</summary>
    public static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : []);
        return folders.Select(folder => Path.Combine(folder, "pgbench")).FirstOrDefault(File.Exists);
    }

    /// <summary>Tasks a second, until none is left: as many transactions as claims are needed, and one more for each client.</summary>
    public static async Task<double> ClaimAndDelete(string program, PostgresServer server, int count, int clients)
    {
        await using var database = await server.CreateDatabaseAsync();
        await SqlBound.Fill(database, count, text: null);
        await database.ExecuteAsync(MakeClaims);
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script);
            var transactions = (count + SqlBound.Batch - 1) / SqlBound.Batch / clients + 1;
            var seconds = await Run(program, database, script, clients, transactions);
            var left = await database.QueryAsync<long>("SELECT count(*) FROM tasks");
            return (count - left) / seconds;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<double> Run(string program, PostgresDatabase database, string script, int clients, int transactions)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        string[] arguments =
        [
            "-n", "-h", server.Host!, "-p", Text(server.Port), "-U", server.Username!, "-c", Text(clients), "-j", "1", "-t", Text(transactions), "-f", script,
            database.Name,
        ];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = server.Password;
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return process.ExitCode == 0 ? seconds : throw new InvalidOperationException($"pgbench left with {process.ExitCode}: {await errors} {await output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
