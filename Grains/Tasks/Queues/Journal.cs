using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks.Queues;

/// <summary>The statements of <c>Tasks/Sql</c>, by file name.</summary>
internal static class JournalSql
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    public static string Of(string name) => Texts.GetOrAdd(name, static name =>
    {
        using var reader = new StreamReader(typeof(JournalSql).Assembly.GetManifestResourceStream($"Buildify.Tasks.Sql.{name}.sql")
            ?? throw new InvalidOperationException($"There is no Tasks/Sql/{name}.sql."));
        return reader.ReadToEnd();
    });
}

/// <summary>Values of one column of many rows, as one parameter.</summary>
internal static class Columns
{
    public static NpgsqlParameter Array<T>(T[] values) => new NpgsqlParameter<T[]> { TypedValue = values };

    public static NpgsqlParameter Texts(string?[] values) => new NpgsqlParameter<string?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Times(DateTime?[] values) =>
        new NpgsqlParameter<DateTime?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Numbers(double?[] values) =>
        new NpgsqlParameter<double?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double };

    public static NpgsqlParameter Ids(Guid?[] values) => new NpgsqlParameter<Guid?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    public static NpgsqlParameter One<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>A column of the rows.</summary>
    public static TValue[] Of<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++) values[index] = value(rows[index]);
        return values;
    }
}

/// <summary>The rows of one partition in PostgreSQL, as its owner of one epoch reads them.</summary>
internal sealed class Journal(NpgsqlDataSource source, Seat seat)
{
    public Seat Seat => seat;

    /// <summary>Takes the partition; from here on no other owner writes.</summary>
    /// <returns>Null where the queue has no such partition.</returns>
    public static async Task<Seat?> Take(NpgsqlDataSource source, string queue, int number)
    {
        await using var command = source.CreateCommand(JournalSql.Of("take_partition"));
        command.Parameters.Add(Columns.One(queue));
        command.Parameters.Add(Columns.One(number));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new Seat(queue, number, reader.GetInt32(0), reader.GetInt64(1), reader.GetBoolean(2), reader.GetInt32(3), reader.GetFieldValue<DateTimeOffset>(4))
            : null;
    }

    public async Task Leave()
    {
        await using var command = Command("leave_partition");
        command.Parameters.Add(Columns.One(seat.Epoch));
        await command.ExecuteNonQueryAsync();
    }

    public async Task<QueueSettings> ReadSettings()
    {
        await using var command = source.CreateCommand(JournalSql.Of("read_settings"));
        command.Parameters.Add(Columns.One(seat.Queue));
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return QueueSettings.None;
        return new QueueSettings(reader.GetBoolean(0), Number(1), Number(2), Number(3), Number(4),
            System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, int>>(reader.GetString(5))!);

        int? Number(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
    }

    public async Task<List<(int Priority, string Tenant, string Type, long Count)>> CountLanes()
    {
        await using var command = Command("count_lanes");
        command.CommandTimeout = 300;
        await using var reader = await command.ExecuteReaderAsync();
        var lanes = new List<(int, string, string, long)>();
        while (await reader.ReadAsync()) lanes.Add((reader.GetInt16(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
        return lanes;
    }

    public async Task<(long Scheduled, long Waiting)> CountOthers()
    {
        await using var command = Command("count_others");
        command.CommandTimeout = 300;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public async Task<Sight> Look()
    {
        await using var command = Command("look");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Sight(reader.GetFieldValue<DateTimeOffset>(0), reader.GetBoolean(1), Time(2), Time(3));

        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }

    public async Task<List<TaskRow>> ReadLane(Lane lane, int count)
    {
        await using var command = Command("read_lane");
        command.Parameters.Add(Columns.One((short)lane.Priority));
        command.Parameters.Add(Columns.One(lane.Tenant));
        command.Parameters.Add(Columns.One(lane.Type));
        command.Parameters.Add(Columns.One(lane.ReadUpTo));
        command.Parameters.Add(Columns.One(count));
        return await Rows(command, lane);
    }

    public async Task<List<StoredTask>> Find(Guid[] ids)
    {
        await using var command = source.CreateCommand(JournalSql.Of("read_tasks"));
        command.Parameters.Add(Columns.Array(ids));
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<StoredTask>();
        while (await reader.ReadAsync()) found.Add(StoredTask.Read(reader));
        return found;
    }

    public async Task<List<TaskRow>> ReadDoubtful()
    {
        await using var command = Command("read_doubtful");
        return await Rows(command);
    }

    public async Task<List<TaskRow>> ReadExpired()
    {
        await using var command = Command("read_expired");
        return await Rows(command);
    }

    /// <summary>Those that somebody wants cancelled.</summary>
    /// <param name="known">Of which that is known.</param>
    public async Task<List<TaskRow>> ReadCancelled(Guid[] known)
    {
        await using var command = Command("read_cancelled");
        command.Parameters.Add(Columns.Array(known));
        return await Rows(command);
    }

    private static async Task<List<TaskRow>> Rows(NpgsqlCommand command, Lane? lane = null)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TaskRow>();
        while (await reader.ReadAsync()) rows.Add(TaskRow.Read(reader, lane));
        return rows;
    }

    private NpgsqlCommand Command(string name)
    {
        var command = source.CreateCommand(JournalSql.Of(name));
        command.Parameters.Add(Columns.One(seat.Partition));
        return command;
    }
}

/// <summary>An owner's right to write a partition.</summary>
/// <param name="WasClean">Whether the owner before left in order.</param>
/// <param name="Partitions">Of the queue.</param>
/// <param name="TakenAt">By PostgreSQL's clock.</param>
internal sealed record Seat(string Queue, int Number, int Partition, long Epoch, bool WasClean, int Partitions, DateTimeOffset TakenAt)
{
    /// <summary>Positions of this epoch are above all those before.</summary>
    public long FirstPosition => Epoch << 40;
}

/// <summary>What an owner cannot know by itself.</summary>
internal readonly record struct Sight(DateTimeOffset Now, bool HasUnseen, DateTimeOffset? NextDue, DateTimeOffset? NextExpiry);

/// <summary>A live row with its state.</summary>
/// <param name="State">As in <c>tasks.state</c>.</param>
internal sealed record StoredTask(TaskRow Row, string State, DateTimeOffset RunAt, bool IsSeen)
{
    public static StoredTask Read(NpgsqlDataReader reader)
    {
        // One that no owner has taken in yet has no position.
        var isSeen = !reader.IsDBNull(1);
        return new StoredTask(TaskRow.Read(reader), TaskRow.StateOf(reader), reader.GetFieldValue<DateTimeOffset>(18), isSeen);
    }
}
