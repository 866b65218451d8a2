using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>
/// Takes away what of the log has had its time: a day's table is dropped, or thinned where a type is kept for longer, or another for less. One
/// day an hour in the whole cluster, by PostgreSQL's clock: one that jumps does not empty the log before somebody looks.
/// </summary>
internal sealed partial class EventRetention(NpgsqlDataSource database, IOptions<EventUpkeepOptions> options, ILogger<EventRetention> logger)
{
    /// <summary>Pages of a table that one statement reads: 8 MB.</summary>
    private const int Pages = 1_000;

    private static readonly string FindSql = Read("find_day_to_trim");
    private static readonly string RecordSql = Read("record_trim");

    /// <returns>Whether there was something.</returns>
    public async Task<bool> Trim(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Held by the session: the batches are transactions of their own.
        if (!await connection.ExecuteScalarAsync<bool>(Command("SELECT pg_try_advisory_lock(hashtext('event_trim'))"))) return false;
        try
        {
            await DropAttempts(connection, cancellation);
            // A little less than an hour: two that wake every hour are never quite an hour apart.
            if (await connection.ExecuteScalarAsync<bool>(Command(
                "SELECT EXISTS (SELECT FROM event_trims WHERE trimmed_at BETWEEN now() - interval '55 minutes' AND now() + interval '55 minutes')"))) return false;

            var types = (await connection.QueryAsync<(string Name, int Days)>(Command(
                "SELECT name, retention_days FROM event_types WHERE retention_days IS NOT NULL"))).AsList();
            var days = types.Select(type => type.Days).Append(options.Value.KeepDays).Distinct().ToArray();
            var due = await connection.QuerySingleOrDefaultAsync<DueDay>(Command(FindSql, new { days, most = options.Value.MaxKeepDays }));
            if (due is null) return false;

            await Trim(connection, due, types, cancellation);
            await connection.ExecuteAsync(Command(RecordSql, due));
            return true;
        }
        finally
        {
            await connection.ExecuteAsync("SELECT pg_advisory_unlock(hashtext('event_trim'))");
        }

        CommandDefinition Command(string sql, object? args = null) => new(sql, args, cancellationToken: cancellation);
    }

    private async Task Trim(NpgsqlConnection connection, DueDay due, List<(string Name, int Days)> types, CancellationToken cancellation)
    {
        var kept = types.Where(type => type.Days >= due.Age).Select(type => type.Name).ToArray();
        if (due.Age > options.Value.KeepDays && !await Has(connection, due.Day, kept, cancellation))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "SELECT drop_event_day('events', to_date(@Day, 'YYYYMMDD'))", new { due.Day }, cancellationToken: cancellation));
            await ForgetIds(connection, due.Day, cancellation);
            Log.Dropped(logger, due.Day);
            return;
        }
        var gone = types.Where(type => type.Days < due.Age).Select(type => type.Name).ToArray();
        var condition = due.Age > options.Value.KeepDays ? "event_type <> ALL (@kept)" : "event_type = ANY (@gone)";
        var pages = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"SELECT pg_relation_size('events_{due.Day}') / current_setting('block_size')::int", cancellationToken: cancellation));
        var deleted = 0L;
        // By the table's pages: each is read once, however much of it goes. What waits for its position is not touched.
        for (var page = 0L; page <= pages; page += Pages)
        {
            deleted += await connection.ExecuteAsync(new CommandDefinition(
                $"DELETE FROM events_{due.Day} WHERE ctid >= '({page},0)' AND ctid < '({page + Pages},0)' AND position IS NOT NULL AND {condition}",
                new { kept, gone }, cancellationToken: cancellation));
        }
        Log.Thinned(logger, due.Day, deleted);
    }

    private static async Task<bool> Has(NpgsqlConnection connection, string day, string[] types, CancellationToken cancellation) =>
        types.Length > 0 && await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            $"SELECT EXISTS (SELECT FROM events_{day} WHERE event_type = ANY (@types))", new { types }, cancellationToken: cancellation));

    private static async Task ForgetIds(NpgsqlConnection connection, string day, CancellationToken cancellation)
    {
        while (await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM event_ids WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_ids WHERE day <= to_date(@day, 'YYYYMMDD') LIMIT 5000))", new { day },
            cancellationToken: cancellation)) > 0)
        {
        }
    }

    private async Task DropAttempts(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT drop_event_day('event_attempts', min(to_date(right(part.relname, 8), 'YYYYMMDD')))
            FROM pg_inherits AS link JOIN pg_class AS part ON part.oid = link.inhrelid
            WHERE link.inhparent = 'event_attempts'::regclass
            HAVING min(to_date(right(part.relname, 8), 'YYYYMMDD')) < (now() AT TIME ZONE 'UTC')::date - @AttemptDays
            """,
            new { options.Value.AttemptDays }, cancellationToken: cancellation));
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(EventRetention).Assembly.GetManifestResourceStream($"Buildify.Silo.Events.Queries.{name}.sql")!);
        return reader.ReadToEnd();
    }

    /// <param name="Day">As the table's name ends.</param>
    /// <param name="Passed">The greatest age at which something has its time that the day is beyond.</param>
    private sealed record DueDay(string Day, int Age, int Passed);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The events of {Day} are dropped")]
        public static partial void Dropped(ILogger logger, string day);

        [LoggerMessage(2, LogLevel.Information, "{Events} events of {Day} are deleted; others of that day are kept")]
        public static partial void Thinned(ILogger logger, string day, long events);
    }
}
