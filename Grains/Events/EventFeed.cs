using System.Text;
using Buildify.Tasks.Queues;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Events;

/// <summary>Reads one tenant's part of the log, through its index.</summary>
internal sealed class EventFeed(NpgsqlDataSource database)
{
    /// <summary>Events that one call looks at: where few of them match, the answer has few, and says how far it is.</summary>
    public const int MaxScanned = 20_000;

    public async Task<EventSlice> Read(string tenant, EventFilter filter, EventPattern? pattern)
    {
        var partition = (short)EventPlacement.Of(tenant);
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        // Before anything else: up to here all is committed.
        Add(batch, "SELECT last_position FROM event_partitions WHERE id = $1", Columns.One(partition));
        Add(batch, EventSql.Of("read_feed"), [.. Place(tenant, filter, partition), Text(filter.CompanyId), Text(pattern is null ? null : Expression(pattern)), Columns.One(filter.Max)]);
        Add(batch, EventSql.Of("read_lost"), Columns.One(partition));

        var events = new List<LoggedEvent>();
        long upTo, lostUpTo;
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            upTo = reader.GetInt64(0);
            await reader.NextResultAsync();
            while (await reader.ReadAsync()) events.Add(EventRows.Read(reader));
            await reader.NextResultAsync();
            await reader.ReadAsync();
            lostUpTo = reader.GetInt64(0);
        }
        if (events.Count == filter.Max) upTo = events[^1].Position;
        else if (pattern is not null || filter.CompanyId is not null) upTo = Math.Min(upTo, await ScannedUpTo(connection, tenant, filter, partition) ?? upTo);
        if (events.Count > 0) lostUpTo = Math.Min(lostUpTo, events[0].Position - 1);
        return new EventSlice([.. events], Math.Max(upTo, filter.After), lostUpTo > filter.After ? Math.Min(lostUpTo, upTo) : null);
    }

    // The last event that was looked at; null where that was the tenant's last.
    private static async Task<long?> ScannedUpTo(NpgsqlConnection connection, string tenant, EventFilter filter, short partition)
    {
        await using var command = new NpgsqlCommand(EventSql.Of("read_feed_end"), connection);
        foreach (var parameter in Place(tenant, filter, partition)) command.Parameters.Add(parameter);
        return (long?)await command.ExecuteScalarAsync();
    }

    private static IEnumerable<NpgsqlParameter> Place(string tenant, EventFilter filter, short partition) =>
    [
        Columns.One(partition), Columns.One(tenant), Columns.One(filter.After),
        new() { Value = filter.Since?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }, Columns.One(MaxScanned),
    ];

    /// <summary>The pattern for a type with a dot at its end.</summary>
    private static string Expression(EventPattern pattern)
    {
        var expression = new StringBuilder("^");
        foreach (var segment in pattern.Text.Split('.'))
        {
            expression.Append(segment switch
            {
                "*" => @"[^.]+\.",
                "**" or "#" => @"([^.]+\.)*",
                _ => segment + @"\.",
            });
        }
        return expression.Append('$').ToString();
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static void Add(NpgsqlBatch batch, string text, params IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
