using Buildify.Silo.Modules;
using Buildify.Tasks;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Tasks;

/// <summary>
/// Moves tasks that modules enqueued in databases of their own to the platform's, each once: the platform writes down which it has taken in,
/// in the transaction that takes them in, and only then are they deleted where they came from. Who dies between the two leaves rows that the
/// next one finds, and finds to be done. A database is read by one at a time, so that the order is kept.
/// </summary>
internal sealed class TaskOutbox(NpgsqlDataSource platform, IGrainFactory grains) : IOutbox
{
    /// <summary>Tasks in one transaction.</summary>
    private const int Batch = 500;

    private const string KnownSql =
        """
        SELECT json_build_object(
            'types', coalesce((SELECT json_agg(json_build_object('name', name, 'queue', queue, 'max_attempts', max_attempts) ORDER BY name) FROM task_types), '[]'),
            'partitions', coalesce((SELECT json_agg(json_build_object('id', id, 'queue', queue, 'number', number) ORDER BY id) FROM task_partitions), '[]'))::text
        """;

    private const string TellSql =
        """
        WITH gone AS (
            DELETE FROM task_known_types WHERE name NOT IN (SELECT name FROM json_to_recordset(@known::json -> 'types') AS told (name text)))
        INSERT INTO task_known_types (name, queue, max_attempts)
        SELECT name, queue, max_attempts FROM json_to_recordset(@known::json -> 'types') AS told (name text, queue text, max_attempts int)
        ON CONFLICT (name) DO UPDATE SET queue = excluded.queue, max_attempts = excluded.max_attempts;
        INSERT INTO task_known_partitions (id, queue, number)
        SELECT id, queue, number FROM json_to_recordset(@known::json -> 'partitions') AS told (id int, queue text, number int)
        ON CONFLICT DO NOTHING;
        """;

    /// <summary>What each database was told of types and queues, by this process.</summary>
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>Runs between taking in and deleting; for tests, which die there.</summary>
    internal Func<NpgsqlConnection, Task>? Between { get; set; }

    public string Name => "tasks";

    public async Task<bool> Move(ModulePlace place, CancellationToken cancellation) => await Count(place, cancellation) == Batch;

    /// <summary>Tells a database what the platform knows, and moves what is there.</summary>
    /// <returns>How many rows were moved.</returns>
    public async Task<int> Count(ModulePlace place, CancellationToken cancellation)
    {
        await using var connection = await platform.OpenConnectionAsync(cancellation);
        await Tell(place, connection, cancellation);

        await using var module = await place.Administration.OpenConnectionAsync(cancellation);
        await using var transaction = await module.BeginTransactionAsync(cancellation);
        // The lock goes with the transaction, however that ends.
        if (!await module.ExecuteScalarAsync<bool>(Command("SELECT pg_try_advisory_xact_lock(hashtext('task_outbox'))"))) return 0;
        var (rows, seqs) = await module.QuerySingleAsync<(string? Rows, long[]? Seqs)>(Command(
            """
            SELECT json_agg(waiting ORDER BY seq)::text, array_agg(seq ORDER BY seq)
            FROM (SELECT * FROM task_outbox ORDER BY seq LIMIT @Batch) AS waiting
            """,
            new { Batch }));
        if (rows is null || seqs is null) return 0;

        var partitions = (await connection.QueryAsync<int>(new CommandDefinition(
            "SELECT partition FROM relay_tasks(@rows::json)", new { rows }, cancellationToken: cancellation))).AsList();
        if (Between is { } between) await between(module);
        await module.ExecuteAsync(Command("DELETE FROM task_outbox WHERE seq = ANY (@seqs)", new { seqs }));
        await transaction.CommitAsync(cancellation);

        await QueueRows.Poke(grains, connection, partitions);
        return seqs.Length;

        CommandDefinition Command(string sql, object? args = null) => new(sql, args, transaction, cancellationToken: cancellation);
    }

    private async Task Tell(ModulePlace place, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var known = await connection.ExecuteScalarAsync<string>(new CommandDefinition(KnownSql, cancellationToken: cancellation));
        if (_told.GetValueOrDefault(place.Id) == known) return;
        await using var module = await place.Administration.OpenConnectionAsync(cancellation);
        await module.ExecuteAsync(new CommandDefinition(TellSql, new { known }, cancellationToken: cancellation));
        _told[place.Id] = known!;
    }
}
