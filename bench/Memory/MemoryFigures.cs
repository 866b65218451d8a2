using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Bench.Calls;
using Buildify.Companies;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Postgres;
using Buildify.Silo;
using Buildify.Testing.Postgres;
using Npgsql;
using Orleans.Configuration;

namespace Buildify.Bench.Memory;

/// <summary>What a company costs that somebody asked for once and that is in memory since.</summary>
internal static class MemoryFigures
{
    /// <summary>At a time: what keeps the connections busy without a queue that would itself be large.</summary>
    private const int Callers = 32;

    private static readonly JsonSerializerOptions Documents = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("memory.")) return;

        var count = options.Quick ? 2_000 : 100_000;
        var runs = options.Quick ? 1 : 3;
        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(InsertCompanies, count);
        if (options.Wants("memory.company"))
        {
            Report.Add((await Pair.Measure(runs, () => Companies(database, count), () => DocumentsAlone(database, count))).ToFigure(
                "memory.company", "bytes", bytes => bytes, "the documents alone, in a dictionary by key",
                $"{count} companies without modules, read from PostgreSQL by Get(); managed heap after a full collection"));
        }
        if (options.Wants("memory.grain"))
        {
            Report.Add((await Pair.Measure(runs, () => Counters(database, count), () => DocumentsAlone(database, count))).ToFigure(
                "memory.grain", "bytes", bytes => bytes, "the companies' documents alone, in a dictionary by key",
                $"{count} grains with one number for a state and no storage: the runtime's share of the above"));
        }
    }

    // Written as the company's own grain writes it.
    private const string InsertCompanies = """
        INSERT INTO grain_state (service_id, kind, n0, n1, key, version, payload)
        SELECT 'buildify', 'company', 0, 0, 'acme/company-' || n, 1, jsonb_build_object(
            'id', 'company-' || n, 'tenant', 'acme', 'display_name', 'Company ' || n, 'country', 'DE', 'currency', 'EUR', 'state', 'active',
            'created_at', '2026-01-01T00:00:00+00:00', 'writes', 1, 'modules', '{}'::jsonb)
        FROM generate_series(0, $1 - 1) AS n
        """;

    private static Task<double> Companies(PostgresDatabase database, int count) => InASilo(database, count, async (grains, n) =>
    {
        var company = await grains.GetGrain<ICompanyGrain>(GrainKeys.Company("acme", $"company-{n}")).Get();
        if (!company.Succeeded) throw new InvalidOperationException($"Company {n} is not there: {company.Failure.Detail}");
    });

    private static Task<double> Counters(PostgresDatabase database, int count) =>
        InASilo(database, count, (grains, n) => grains.GetGrain<ICounterGrain>(n).Add(1));

    private static async Task<double> InASilo(PostgresDatabase database, int count, Func<IGrainFactory, int, Task> activate)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:Postgres"] = database.ConnectionString;
        builder.Services.AddPostgres(builder.Configuration, "bench");
        // Nothing is collected before it was counted.
        builder.UseOrleans(silo => silo.UseCluster("silo").AddPlatform()
            .Configure<GrainCollectionOptions>(idle => idle.CollectionAge = TimeSpan.FromHours(1)));
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();

        // What the first of them brings along for all.
        await activate(grains, 0);
        var before = Heap.Bytes();
        await Parallel.ForEachAsync(Enumerable.Range(1, count - 1), new ParallelOptions { MaxDegreeOfParallelism = Callers },
            async (n, _) => await activate(grains, n));
        var bytes = (Heap.Bytes() - before) / (double)(count - 1);
        await host.StopAsync();
        return bytes;
    }

    private static async Task<double> DocumentsAlone(PostgresDatabase database, int count)
    {
        // Internal to the grains, and read here the way their storage reads it.
        var type = Type.GetType("Buildify.Companies.CompanyDocument, Grains", throwOnError: true)!;
        var documents = new Dictionary<string, object>();
        var before = Heap.Bytes();
        await using (var command = database.Source.CreateCommand("SELECT key, payload::text FROM grain_state WHERE kind = 'company' LIMIT $1"))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = count });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) documents.Add(reader.GetString(0), JsonSerializer.Deserialize(reader.GetString(1), type, Documents)!);
        }
        var bytes = (Heap.Bytes() - before) / (double)documents.Count;
        GC.KeepAlive(documents);
        return bytes;
    }
}
