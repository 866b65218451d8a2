using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Specs;

/// <summary>What starting takes with many modules and many tenants. The modules are folders: a manifest and tables, no code.</summary>
internal static class ScaleFigures
{
    private const string Prefix = "shop";

    /// <summary>At a time, while tenants are made.</summary>
    private const int Callers = 8;

    /// <summary>Of the modules, on for each tenant.</summary>
    private const int ModulesOfTenant = 5;

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("specs.start.")) return;

        var (modules, tenants, runs) = options.Quick ? (5, 5, 1) : (200, 1000, 5);
        await using var folder = new HostFolder();
        var path = Path.Combine(folder.Path, "modules");
        ModuleCopies.Write(path, Prefix, modules);
        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await using var one = await Prepare(server, folder, path, tenants: 1);
        if (options.Wants("specs.start.modules"))
        {
            StartRun.AddBoth(
                await Pair.Measure(runs, () => Start(one), () => Start(one, ("Modules__Only", ModuleCopies.Name(Prefix, 1)))), "specs.start.modules",
                "with one module (Modules__Only), on the same database", $"AppHost to /ready with {modules} folders of modules, each with a table, and one tenant");
        }
        if (!options.Wants("specs.start.tenants")) return;

        await using var many = await Prepare(server, folder, path, tenants);
        StartRun.AddBoth(
            await Pair.Measure(runs, () => Start(many), () => Start(one)), "specs.start.tenants", "with one tenant",
            $"AppHost to /ready with {modules} folders of modules and {tenants} tenants, each with a company and {Math.Min(ModulesOfTenant, modules)} modules on");

        Task<StartRun> Start(PostgresDatabase database, params (string, string?)[] settings) =>
            StartRun.Of(HostProcess.Program, folder, database, [("Modules__Path", path), .. settings]);
    }

    /// <summary>A database with tenants that have a company and modules turned on, by the API.</summary>
    private static async Task<PostgresDatabase> Prepare(PostgresServer server, HostFolder folder, string modules, int tenants)
    {
        var database = await server.CreateEmptyDatabaseAsync();
        await using var host = await HostProcess.Start(folder.Path, StartRun.Settings(database, ("Modules__Path", modules)));
        var count = Directory.GetDirectories(modules).Length;
        await Parallel.ForEachAsync(Enumerable.Range(0, tenants), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) =>
        {
            var tenant = $"tenant-{number}";
            await host.Call(HttpMethod.Post, "/api/v1/tenants", $$"""{"id":"{{tenant}}","display_name":"A tenant"}""");
            await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"A company"}""", tenant);
            for (var turn = 0; turn < Math.Min(ModulesOfTenant, count); turn++)
            {
                // Not the same few for all of them.
                var module = ModuleCopies.Name(Prefix, 1 + (number * ModulesOfTenant + turn) % count);
                await host.Call(HttpMethod.Put, $"/api/v1/tenant-modules/{module}", "{}", tenant);
            }
        });
        return database;
    }
}
