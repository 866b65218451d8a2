using System.Collections.Immutable;
using Buildify.Tasks;
using Buildify.Tasks.Queues;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Events.Subscriptions;

/// <summary>The rows of one subscription, as its activation of one epoch reads and writes them.</summary>
internal sealed partial class SubscriptionStore(NpgsqlDataSource source, string tenant, string subscription, long epoch)
{
    /// <summary>The key of the pool for subscriptions: many of them share few connections, each for a moment.</summary>
    public const string Pool = "subscriptions";

    private readonly short _partition = (short)EventPlacement.Of(tenant);

    public string Tenant => tenant;

    public string Subscription => subscription;

    /// <summary>Takes the cursor; from here on no other activation writes.</summary>
    /// <returns>Null where the tenant has no such subscription.</returns>
    public static async Task<CursorRow?> Take(NpgsqlDataSource source, string tenant, string subscription) =>
        await Take(source, "open_cursor", Columns.One(tenant), Columns.One(subscription))
            ?? await Take(source, "make_cursor", Columns.One(tenant), Columns.One(subscription), Columns.One((short)EventPlacement.Of(tenant)));

    /// <summary>A cursor for a new web hook.</summary>
    public static Task CreateCursor(NpgsqlDataSource source, string tenant, string subscription) => Execute(
        source, "create_cursor", Columns.One(tenant), Columns.One(subscription), Columns.One((short)EventPlacement.Of(tenant)));

    public static Task Delete(NpgsqlDataSource source, string tenant, string subscription) =>
        Execute(source, "delete_subscription", Columns.One(tenant), Columns.One(subscription));

    public static async Task<long> CountHooks(NpgsqlDataSource source, string tenant)
    {
        await using var command = Command(source, "count_hooks", Columns.One(tenant));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What is declared of a handler; null where no process ever had it.</summary>
    public static async Task<SubscriptionDefinition?> ReadHandler(NpgsqlDataSource source, string name)
    {
        await using var command = Command(source, "read_handler", Columns.One(name));
        await using var row = await command.ExecuteReaderAsync();
        return !await row.ReadAsync() ? null : new SubscriptionDefinition(name, EventPattern.Parse(row.GetString(1)), row.GetInt16(2), row.GetString(0), CallbackUrl: null)
        {
            MaxAttempts = row.GetInt32(3),
            StopsOnFailure = row.GetBoolean(4),
        };
    }

    public async Task Load(RetryBook book)
    {
        await using (var command = Mine("load_retries"))
        {
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                book.Add(new RetryRow(row.GetInt64(0), row.GetString(1)) { Attempts = row.GetInt32(2), NextAt = Time(row, 3), LastError = EventRows.Text(row, 4) });
            }
        }
        await using var stopped = Mine("load_stopped");
        await using var key = await stopped.ExecuteReaderAsync();
        while (await key.ReadAsync()) book.Stop(key.GetString(0));
    }

    /// <summary>The next events that match.</summary>
    public async Task<LogSlice> Read(long after, PatternSql pattern, int max)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SubscriptionSql.Of("read_head")) { Parameters = { Columns.One(_partition) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SubscriptionSql.Of("read_events"))
        {
            Parameters =
            {
                Columns.One(_partition), Columns.One(tenant), Columns.One(after), Columns.One(pattern.Prefix),
                SubscriptionSql.Typed(NpgsqlDbType.Text, pattern.Regex), Columns.One(max),
            },
        });
        await using var row = await batch.ExecuteReaderAsync();
        await row.ReadAsync();
        var (head, dropped) = (row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1));
        await row.NextResultAsync();
        var events = ImmutableArray.CreateBuilder<LoggedEvent>();
        while (await row.ReadAsync()) events.Add(EventRows.Read(row));
        var isFull = events.Count == max;
        var last = events.Count > 0 ? events[^1].Position : after;
        return new LogSlice(events.ToImmutable(), isFull ? last : Math.Max(head, last), isFull, dropped > after ? dropped : null);
    }

    public async Task<long> Count(long after, PatternSql pattern, int max)
    {
        await using var command = Command(source, "count_events", Columns.One(_partition), Columns.One(tenant), Columns.One(after), Columns.One(pattern.Prefix),
            SubscriptionSql.Typed(NpgsqlDbType.Text, pattern.Regex), Columns.One(max));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The events of some retries, by position; one that the log has no more is missing.</summary>
    public async Task<Dictionary<long, LoggedEvent>> ReadRetries(IEnumerable<RetryRow> rows)
    {
        await using var command = Mine("read_retries", Columns.Array(rows.Select(row => row.Position).ToArray()));
        await using var row = await command.ExecuteReaderAsync();
        var found = new Dictionary<long, LoggedEvent>();
        while (await row.ReadAsync())
        {
            var position = row.GetInt64(0);
            found[position] = EventRows.Text(row, 1) is { } copy ? EventCopy.Read(copy, tenant) : EventRows.Read(row, from: 2);
        }
        return found;
    }

    /// <summary>False where another activation has taken the cursor: then nothing was written.</summary>
    /// <param name="told">What is told of it, in the same commit.</param>
    public async Task<bool> SetState(SubscriptionState state, string? reason, NewEvent told)
    {
        await using var command = Own(
            "set_state", Columns.One(EnumNames.Write(state)), SubscriptionSql.Typed(NpgsqlDbType.Text, reason), Columns.One(told.EventType),
            Columns.One(told.EventVersion), SubscriptionSql.Typed(NpgsqlDbType.Jsonb, told.Payload.Text), SubscriptionSql.Typed(NpgsqlDbType.Text, told.CorrelationId));
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    /// <inheritdoc cref="SetState"/>
    public async Task<bool> Replay(long position, long until, int rate)
    {
        await using var command = Own("replay", Columns.One(position), Columns.One(until), Columns.One(rate));
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    /// <summary>Just before the first event that is not older than a time.</summary>
    public Task<long?> PlaceOf(DateTimeOffset time) => Place("place_of_time", Columns.One(time.ToUniversalTime()));

    /// <summary>Just before an event.</summary>
    public Task<long?> PlaceOf(string eventId) => Place("place_of_event", Columns.One(eventId));

    /// <summary>Just before the first event that the log still has.</summary>
    public async Task<long> Start()
    {
        await using var command = Command(source, "read_head", Columns.One(_partition));
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() && !row.IsDBNull(1) ? row.GetInt64(1) : 0;
    }

    /// <summary>Makes dead letters retries that are due.</summary>
    public async Task<List<RetryRow>> Redeliver(string? eventId, int max, DateTimeOffset now)
    {
        await using var command = Own("redeliver", SubscriptionSql.Typed(NpgsqlDbType.Text, eventId), Columns.One(max));
        await using var row = await command.ExecuteReaderAsync();
        var back = new List<RetryRow>();
        while (await row.ReadAsync()) back.Add(new RetryRow(row.GetInt64(0), row.GetString(1)) { NextAt = now, LastError = EventRows.Text(row, 2) });
        return back;
    }

    /// <summary>Lets keys go on that dead letters stop; one for each dead letter.</summary>
    public Task<List<string>> Release(string? eventId) => Texts(Own("release_keys", SubscriptionSql.Typed(NpgsqlDbType.Text, eventId)));

    /// <summary>The keys that stand still.</summary>
    public Task<List<string>> Stopped() => Texts(Mine("load_stopped"));

    public async Task<int> CountDead()
    {
        await using var command = Mine("count_dead");
        return (int)(long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<List<string>> Texts(NpgsqlCommand texts)
    {
        await using var command = texts;
        await using var row = await command.ExecuteReaderAsync();
        var all = new List<string>();
        while (await row.ReadAsync()) all.Add(row.GetString(0));
        return all;
    }

    private async Task<long?> Place(string name, NpgsqlParameter of)
    {
        await using var command = Command(source, name, Columns.One(tenant), of);
        return await command.ExecuteScalarAsync() as long?;
    }

    private static async Task<CursorRow?> Take(NpgsqlDataSource source, string name, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(source, name, parameters);
        await using var row = await command.ExecuteReaderAsync();
        return !await row.ReadAsync() ? null : new CursorRow(
            row.GetInt64(0), row.GetInt64(1), EnumNames.Read<SubscriptionState>(row.GetString(2)), EventRows.Text(row, 3),
            row.IsDBNull(4) ? null : row.GetInt64(4), row.IsDBNull(5) ? null : row.GetInt32(5), EventRows.Text(row, 6), Time(row, 7), Time(row, 8),
            row.GetFieldValue<DateTimeOffset>(9));
    }

    private static async Task Execute(NpgsqlDataSource source, string name, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(source, name, parameters);
        await command.ExecuteNonQueryAsync();
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private NpgsqlCommand Own(string name, params NpgsqlParameter[] more) => Mine(name, [Columns.One(epoch), .. more]);

    private NpgsqlCommand Mine(string name, params NpgsqlParameter[] more) => Command(source, name, [Columns.One(tenant), Columns.One(subscription), .. more]);

    private static NpgsqlCommand Command(NpgsqlDataSource source, string name, params NpgsqlParameter[] parameters)
    {
        var command = source.CreateCommand(SubscriptionSql.Of(name));
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}

/// <summary>A piece of one tenant's events, as a subscription wants them.</summary>
/// <param name="UpTo">Everything that matches up to here is in the piece.</param>
/// <param name="IsFull">More may be there.</param>
/// <param name="LostUpTo">The log begins behind what was asked for: up to here it was dropped.</param>
internal sealed record LogSlice(ImmutableArray<LoggedEvent> Events, long UpTo, bool IsFull, long? LostUpTo);
