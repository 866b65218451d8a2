using System.Text.Json;
using Buildify.Tasks.Queues;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>
/// One flush: a transaction in one round trip. The first statement locks the owner's seat and refuses an owner of the past, and PostgreSQL
/// commits at the last one's end.
/// </summary>
internal sealed class LogFlush(NpgsqlDataSource source, LogSeat seat)
{
    private readonly List<(LogWork Work, int Index)> _made = [];
    private readonly List<(LogWork Work, int Index)> _given = [];
    private readonly HashSet<(string Tenant, string Id)> _seen = [];
    private List<WaitingEvent> _waiting = [];

    /// <summary>Places what waits, and writes what is new behind it.</summary>
    /// <returns>What is now in the log, in order, and the seat as it is.</returns>
    public async Task<(LogSeat Seat, List<LoggedEvent> Events)> Write(IReadOnlyList<LogWork> group, List<WaitingEvent> waiting)
    {
        _waiting = waiting;
        var last = Allot(group);

        await using var connection = await source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        Add(batch, "SELECT day, at FROM begin_event_flush($1, $2, $3, $4)",
            [Columns.One(seat.Partition), Columns.One(seat.Epoch), Columns.One(last), Columns.One(seat.LastDay)]);
        if (_waiting.Count > 0) Add(batch, EventSql.Of("place_events"), WaitingColumns());
        if (_made.Count > 0) Add(batch, EventSql.Of("insert_events"), NewColumns(_made));
        if (_given.Count > 0) Add(batch, EventSql.Of("insert_given_events"), NewColumns(_given));
        foreach (var work in group.Where(work => work.Stamp is not null)) Add(batch, "SELECT empty_outbox($1::jsonb)", [Columns.One(Stamp(work))]);

        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (day, at) = (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateTimeOffset>(1));
        var placed = _waiting.Count > 0 ? await ReadPositions(reader) : [];
        var written = _given.Count > 0 ? await ReadPositions(reader) : [];
        // Whatever the rest says has to be heard: an error there undoes everything.
        while (await reader.NextResultAsync())
        {
        }
        return (seat with { LastPosition = last, LastDay = day }, Taken(group, placed, written, at));
    }

    private long Allot(IReadOnlyList<LogWork> group)
    {
        var last = seat.LastPosition + _waiting.Count;
        foreach (var work in group)
        {
            for (var index = 0; index < work.Events.Length; index++)
            {
                var made = work.Events[index];
                // The second of two with one id was there.
                if (made.Id is { } id && !_seen.Add((made.Tenant, id)))
                {
                    work.Positions[index] = 0;
                    continue;
                }
                work.Positions[index] = ++last;
                (made.Id is null ? _made : _given).Add((work, index));
            }
        }
        return last;
    }

    private IEnumerable<NpgsqlParameter> WaitingColumns() =>
    [
        Columns.One(seat.Partition), Columns.Array(Columns.Of(_waiting, row => row.Seq)),
        Columns.Array(Enumerable.Range(1, _waiting.Count).Select(step => seat.LastPosition + step).ToArray()),
        Columns.Texts(Columns.Of(_waiting, row => row.Protected?.Text)), Columns.One(_waiting.Min(row => row.Seq)),
        Columns.One(_waiting.Max(row => row.Seq)), Columns.One(_waiting.Min(row => row.Day)),
    ];

    private IEnumerable<NpgsqlParameter> NewColumns(List<(LogWork Work, int Index)> events) =>
    [
        Columns.One(seat.Partition), Columns.Array(Columns.Of(events, one => one.Work.Ids[one.Index])),
        Columns.Array(Columns.Of(events, one => one.Work.Positions[one.Index])), Columns.Array(Columns.Of(events, one => Of(one).Tenant)),
        Columns.Texts(Columns.Of(events, one => Of(one).CompanyId)), Columns.Array(Columns.Of(events, one => Of(one).EventType)),
        Columns.Array(Columns.Of(events, one => Of(one).EventVersion)), Columns.Array(Columns.Of(events, one => Of(one).EventSource)),
        Columns.Texts(Columns.Of(events, one => Of(one).OrderingKey)), Columns.Array(Columns.Of(events, one => Of(one).Payload.Text)),
        Columns.Texts(Columns.Of(events, one => Of(one).CorrelationId)), Columns.Texts(Columns.Of(events, one => Of(one).TraceParent)),
    ];

    private List<LoggedEvent> Taken(IReadOnlyList<LogWork> group, HashSet<long> placed, HashSet<long> written, DateTimeOffset at)
    {
        var events = new List<LoggedEvent>(_waiting.Count + _made.Count + _given.Count);
        for (var index = 0; index < _waiting.Count; index++)
        {
            var (row, position) = (_waiting[index], seat.LastPosition + index + 1);
            if (placed.Contains(position)) events.Add(row.Event with { Position = position, Payload = row.Protected ?? row.Event.Payload });
        }
        foreach (var (work, index) in _given.Where(one => !written.Contains(one.Work.Positions[one.Index]))) work.Positions[index] = 0;
        foreach (var work in group)
        {
            for (var index = 0; index < work.Events.Length; index++)
            {
                if (work.Positions[index] != 0) events.Add(Logged(work, index, at));
            }
        }
        return events;
    }

    private static LoggedEvent Logged(LogWork work, int index, DateTimeOffset at)
    {
        var made = work.Events[index];
        return new LoggedEvent(
            work.Ids[index], made.EventType, made.EventVersion, made.EventSource, made.Tenant, made.CompanyId, made.Payload, at, made.CorrelationId,
            work.Positions[index])
        {
            OrderingKey = made.OrderingKey,
            TraceParent = made.TraceParent,
        };
    }

    // What became of a caller's own id is not known before the flush; a repeat of the request is answered without a position for it.
    private static string Stamp(LogWork work) => JsonSerializer.Serialize(new
    {
        idempotency = new[]
        {
            new
            {
                scope = work.Stamp!.Scope,
                key = work.Stamp.Key,
                fingerprint = work.Stamp.Fingerprint,
                status = work.Stamp.Status,
                response = JsonSerializer.SerializeToNode(
                    work.Events.Select((made, index) => new AppendedEvent(work.Ids[index], made.Id is null ? work.Positions[index] : null)), BuildifyJson.Options),
            },
        },
    });

    private static async Task<HashSet<long>> ReadPositions(NpgsqlDataReader reader)
    {
        await reader.NextResultAsync();
        var positions = new HashSet<long>();
        while (await reader.ReadAsync()) positions.Add(reader.GetInt64(0));
        return positions;
    }

    private static NewEvent Of((LogWork Work, int Index) one) => one.Work.Events[one.Index];

    private static void Add(NpgsqlBatch batch, string text, IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
