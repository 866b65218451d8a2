using Buildify.Events;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Events.Streams;

/// <summary>The log, as the streams' readers see it.</summary>
internal sealed class EventLogSource(IGrainFactory grains, NpgsqlDataSource database) : IDisposable
{
    /// <summary>Events in one piece of the log, and in one delivery to a consumer.</summary>
    public const int MaxRead = 1_000, MaxRun = 256;

    /// <summary>Bytes of payload in one delivery, beside its last event.</summary>
    public const int MaxRunBytes = 1 << 20;

    /// <summary>How long the log's owner is waited for: well under a call's time-out.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    // However many consumers are behind, reading for them leaves connections for others.
    private readonly SemaphoreSlim _reads = new(4);

    private static string ReadTenantSql { get; } = Text("read_tenant_events");

    private static string SaveSql { get; } = Text("save_delivered");

    /// <summary>What is behind a position, in all of a partition; after a while nothing, where nothing comes.</summary>
    /// <param name="cancellation">The reader goes: nobody waits at the owner, who may have to go as well.</param>
    public Task<EventSlice> Read(int partition, long after, CancellationToken cancellation) =>
        grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(partition)).Read(after, MaxRead, LongPoll, cancellation);

    /// <summary>One tenant's next events, at most <see cref="MaxRun"/>.</summary>
    /// <returns>And whether there are no more.</returns>
    public async Task<(IReadOnlyList<LoggedEvent> Events, bool IsEnd)> ReadTenant(string tenant, long after, CancellationToken cancellation)
    {
        await _reads.WaitAsync(cancellation);
        try
        {
            await using var command = database.CreateCommand(ReadTenantSql);
            command.Parameters.AddWithValue("tenant", tenant);
            command.Parameters.AddWithValue("partition", (short)EventPlacement.Of(tenant));
            command.Parameters.AddWithValue("after", after);
            command.Parameters.AddWithValue("most", MaxRun);
            command.Parameters.AddWithValue("mostBytes", (long)MaxRunBytes);
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            var (events, found) = (new List<LoggedEvent>(), 0L);
            while (await rows.ReadAsync(cancellation))
            {
                events.Add(EventRows.Read(rows));
                found = rows.GetInt64(EventRows.Count);
            }
            return (events, found < MaxRun && events.Count == found);
        }
        finally
        {
            _reads.Release();
        }
    }

    /// <summary>Up to where a partition's streams were delivered.</summary>
    public async Task<long> Delivered(int partition, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT position FROM event_readers WHERE partition = @partition", new { partition }, cancellationToken: cancellation)) ?? 0;
    }

    public async Task Save(IReadOnlyCollection<(int Partition, long Position)> delivered, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var partitions = delivered.Select(at => (short)at.Partition).ToArray();
        var positions = delivered.Select(at => at.Position).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(SaveSql, new { partitions, positions }, cancellationToken: cancellation));
    }

    public void Dispose() => _reads.Dispose();

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(EventLogSource).Assembly.GetManifestResourceStream($"Buildify.Silo.Events.Streams.{name}.sql")!);
        return reader.ReadToEnd();
    }
}
