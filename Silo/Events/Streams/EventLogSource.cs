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
    public Task<EventSlice> Read(int partition, long after) =>
        grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(partition)).Read(after, MaxRead, LongPoll);

    /// <summary>One tenant's next events, at most <see cref="MaxRun"/>.</summary>
    /// <returns>And whether there are no more.</returns>
    public async Task<(IReadOnlyList<LoggedEvent> Events, bool IsEnd)> ReadTenant(string tenant, long after, CancellationToken cancellation)
    {
        await _reads.WaitAsync(cancellation);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
                ReadTenantSql,
                new { tenant, after, partition = (short)EventPlacement.Of(tenant), most = MaxRun, mostBytes = MaxRunBytes },
                cancellationToken: cancellation))).AsList();
            return ([.. rows.Select(row => row.ToEvent())], rows.Count == 0 || (rows[0].Found < MaxRun && rows.Count == rows[0].Found));
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

    private sealed class Row
    {
        public required string Id { get; init; }
        public required string Event_Type { get; init; }
        public required int Event_Version { get; init; }
        public required string Event_Source { get; init; }
        public required string Tenant_Id { get; init; }
        public string? Company_Id { get; init; }
        public required string Payload { get; init; }
        public required DateTime Created_At { get; init; }
        public string? Correlation_Id { get; init; }
        public required long Position { get; init; }
        public string? Ordering_Key { get; init; }
        public string? Trace_Parent { get; init; }
        public required long Found { get; init; }

        public LoggedEvent ToEvent() => new(
            Id, Event_Type, Event_Version, Event_Source, Tenant_Id, Company_Id, JsonText.From(Payload), Created_At, Correlation_Id, Position)
        {
            OrderingKey = Ordering_Key,
            TraceParent = Trace_Parent,
        };
    }
}
