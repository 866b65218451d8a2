using System.Diagnostics;
using Npgsql;

namespace Buildify.Bench.Http;

internal sealed record InsertOrder(string ConnectionString, int Connections, string Payload, TimeSpan Warmup, TimeSpan Length);

/// <summary>The reference for a write: the same JSON inserted as it is, one row a transaction, from one process.</summary>
internal static class BareInsert
{
    public const string Table = "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload jsonb NOT NULL)";

    public static async Task<LoadAnswer> Run(InsertOrder order)
    {
        await using var source = NpgsqlDataSource.Create(
            $"{order.ConnectionString};Maximum Pool Size={order.Connections};Max Auto Prepare=10;Auto Prepare Min Usages=2");
        var window = new Window();
        var running = Enumerable.Range(0, order.Connections)
            .Select(_ => Task.Run(() => Insert(source, order.Payload, window))).ToArray();
        using var self = Process.GetCurrentProcess();
        var (seconds, cpu) = (0.0, TimeSpan.Zero);
        var clock = new Thread(() => (seconds, cpu) = window.Pass(order.Warmup, order.Length, self));
        clock.Start();
        var inserted = (await Task.WhenAll(running)).Sum();
        clock.Join();
        return new(inserted / seconds, cpu.TotalMicroseconds / inserted, null);
    }

    private static async Task<long> Insert(NpgsqlDataSource source, string payload, Window window)
    {
        var counted = 0L;
        while (!window.IsOver)
        {
            await using var command = source.CreateCommand("INSERT INTO bare (payload) VALUES ($1)");
            command.Parameters.Add(new NpgsqlParameter { Value = payload, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
            await command.ExecuteNonQueryAsync();
            if (window.Counts) counted++;
        }
        return counted;
    }
}
