using Buildify.Tasks.Queues;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>The rows of one partition of the log, as its owner reads them.</summary>
internal sealed class LogTables(NpgsqlDataSource source, short partition)
{
    /// <summary>Rows that are placed by one flush.</summary>
    public const int MaxWaiting = 1_000;

    /// <summary>Takes the partition; from here on no other owner writes.</summary>
    public async Task<LogSeat> Take()
    {
        await using var command = source.CreateCommand(EventSql.Of("take_seat"));
        command.Parameters.Add(Columns.One(partition));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new LogSeat(partition, reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateOnly>(2))
            : throw new InvalidOperationException($"The event log has no partition {partition}; SELECT * FROM event_partitions lists them.");
    }

    /// <summary>What others have committed and nobody has placed.</summary>
    /// <param name="from">The first day to look at; the fewer days, the cheaper.</param>
    /// <returns>The epoch in which the partition is now, and the rows.</returns>
    public async Task<(long Epoch, List<WaitingEvent> Rows)> ReadWaiting(DateOnly from)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.Of("read_seat")) { Parameters = { Columns.One(partition) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.Of("read_waiting"))
        {
            Parameters = { Columns.One(partition), Columns.One(from), Columns.One(MaxWaiting) },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        var epoch = reader.GetInt64(0);
        await reader.NextResultAsync();
        var rows = new List<WaitingEvent>();
        while (await reader.ReadAsync()) rows.Add(new WaitingEvent(EventRows.Read(reader), reader.GetInt64(EventRows.Count), reader.GetFieldValue<DateOnly>(EventRows.Count + 1)));
        return (epoch, rows);
    }

    /// <summary>The events behind a position, and up to where days were dropped.</summary>
    public async Task<(List<LoggedEvent> Events, long LostUpTo)> Read(long after, int max)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.Of("read_events"))
        {
            Parameters = { Columns.One(partition), Columns.One(after), Columns.One(max), Columns.One(LogTail.MaxSliceBytes) },
        });
        // Afterwards: what is dropped between the two is told as lost, and not passed by.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(EventSql.Of("read_lost")) { Parameters = { Columns.One(partition) } });
        await using var reader = await batch.ExecuteReaderAsync();
        var events = new List<LoggedEvent>();
        while (await reader.ReadAsync()) events.Add(EventRows.Read(reader));
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return (events, reader.GetInt64(0));
    }

    public async Task PrepareDays()
    {
        await using var command = source.CreateCommand("SELECT event_days_prepare()");
        await command.ExecuteNonQueryAsync();
    }
}
