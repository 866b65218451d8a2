using Buildify.Events;
using Buildify.Silo.Modules;
using Buildify.Silo.Tasks;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>
/// Moves events that modules append in databases of their own to the platform's log, each once, as <see cref="TaskOutbox"/> moves tasks. A row
/// that the log refuses is set aside with the reason, and the others go on.
/// </summary>
internal sealed partial class EventOutbox(NpgsqlDataSource platform, IGrainFactory grains, ILogger<EventOutbox> logger) : IOutbox
{
    /// <summary>Events in one transaction.</summary>
    private const int Batch = 500;

    private const string WaitingSql =
        """
        SELECT json_agg(waiting ORDER BY seq)::text, array_agg(seq ORDER BY seq)
        FROM (SELECT * FROM event_outbox WHERE problem IS NULL AND seq > @after ORDER BY seq LIMIT @most) AS waiting
        """;

    public string Name => "events";

    /// <summary>Runs between taking in and deleting; for tests, which die there.</summary>
    internal Func<NpgsqlConnection, Task>? Between { get; set; }

    public async Task<bool> Move(ModulePlace place, CancellationToken cancellation) => await Count(place, cancellation) == Batch;

    /// <returns>How many rows were moved, or set aside.</returns>
    public async Task<int> Count(ModulePlace place, CancellationToken cancellation)
    {
        await using var module = await place.Administration.OpenConnectionAsync(cancellation);
        await using var transaction = await module.BeginTransactionAsync(cancellation);
        // The lock goes with the transaction, however that ends.
        if (!await module.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT pg_try_advisory_xact_lock(hashtext('event_outbox'))", transaction: transaction, cancellationToken: cancellation))) return 0;

        var (rows, seqs) = await Read(module, transaction, after: 0, Batch, cancellation);
        if (rows is null || seqs is null) return 0;
        List<Relayed> relayed;
        try
        {
            relayed = await Relay(place, rows, cancellation);
        }
        catch (PostgresException error) when (IsAboutData(error))
        {
            relayed = await RelaySingly(place, module, transaction, seqs, cancellation);
        }
        if (Between is { } between) await between(module);
        await Settle(module, transaction, place, relayed, cancellation);
        await transaction.CommitAsync(cancellation);
        await grains.PokeEventLogs(relayed.Where(row => row.Problem is null).Select(row => row.Partition).Distinct());
        return seqs.Length;
    }

    private async Task<List<Relayed>> Relay(ModulePlace place, string rows, CancellationToken cancellation)
    {
        await using var connection = await platform.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync<Relayed>(new CommandDefinition(
            "SELECT seq AS Seq, partition AS Partition, problem AS Problem FROM relay_events(@rows::json, @place)", new { rows, place = place.Id },
            cancellationToken: cancellation))).AsList();
    }

    // One of them is to blame, in a way that the function does not know.
    private async Task<List<Relayed>> RelaySingly(
        ModulePlace place, NpgsqlConnection module, NpgsqlTransaction transaction, long[] seqs, CancellationToken cancellation)
    {
        var relayed = new List<Relayed>();
        foreach (var seq in seqs)
        {
            var (row, _) = await Read(module, transaction, seq - 1, most: 1, cancellation);
            try
            {
                relayed.AddRange(await Relay(place, row!, cancellation));
            }
            catch (PostgresException error) when (IsAboutData(error))
            {
                relayed.Add(new Relayed(seq, 0, error.MessageText));
            }
        }
        return relayed;
    }

    private async Task Settle(
        NpgsqlConnection module, NpgsqlTransaction transaction, ModulePlace place, List<Relayed> relayed, CancellationToken cancellation)
    {
        var (done, refused) = (relayed.Where(row => row.Problem is null).Select(row => row.Seq).ToArray(), relayed.Where(row => row.Problem is not null).ToList());
        await module.ExecuteAsync(new CommandDefinition(
            "DELETE FROM event_outbox WHERE seq = ANY (@done)", new { done }, transaction, cancellationToken: cancellation));
        foreach (var row in refused)
        {
            await module.ExecuteAsync(new CommandDefinition(
                "UPDATE event_outbox SET problem = @Problem WHERE seq = @Seq", row, transaction, cancellationToken: cancellation));
            Log.Refused(logger, row.Seq, place.Id, row.Problem!);
        }
    }

    private static async Task<(string? Rows, long[]? Seqs)> Read(
        NpgsqlConnection module, NpgsqlTransaction transaction, long after, int most, CancellationToken cancellation) =>
        await module.QuerySingleAsync<(string?, long[]?)>(new CommandDefinition(WaitingSql, new { after, most }, transaction, cancellationToken: cancellation));

    // Not where the log has no table for the day, which is nobody's fault.
    private static bool IsAboutData(PostgresException error) => error is not { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null or "" }
        && (error.SqlState[..2] is "21" or "22" or "23" or "54" or "P0");

    private sealed record Relayed(long Seq, int Partition, string? Problem);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {Seq} in the outbox of {Database} is set aside: {Problem}")]
        public static partial void Refused(ILogger logger, long seq, string database, string problem);
    }
}
