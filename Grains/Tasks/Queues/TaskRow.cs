using System.Data.Common;
using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>A task in the window, as the journal has it.</summary>
internal sealed class TaskRow
{
    public required Guid Id { get; init; }

    /// <summary>0 of one that is not ready.</summary>
    public required long Position { get; set; }

    public required int Priority { get; init; }

    public required string Tenant { get; init; }

    public required string Type { get; init; }

    public required string Payload { get; init; }

    public required TaskRetention Retain { get; init; }

    /// <summary>Attempts that have ended or are in doubt.</summary>
    public required int Attempt { get; set; }

    public required int MaxAttempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it might begin.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>0; 1 or 2 where its last attempt was begun among others or alone, after an owner had died.</summary>
    public int Doubt { get; set; }

    public string? CorrelationId { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>What few tasks have; null for most.</summary>
    public TaskRowExtras? Extras { get; set; }

    /// <summary>Its last attempt was lost with its worker.</summary>
    public bool WasLost { get; set; }

    /// <summary>Where nothing hangs on it, its end is a plain delete.</summary>
    public bool IsPlain => Extras is null && Doubt == 0;

    public int Size => (Payload.Length * sizeof(char)) + 200;

    /// <summary>Reads a row of one of the statements that answer rows. Order: read_tasks.sql.</summary>
    /// <param name="lane">Where its strings are known, so that none are made.</param>
    public static TaskRow Read(NpgsqlDataReader reader, Lane? lane = null)
    {
        var hasMore = reader.GetBoolean(8);
        return new TaskRow
        {
            Id = reader.GetGuid(0),
            Position = reader.IsDBNull(1) ? 0 : reader.GetInt64(1),
            Payload = reader.GetString(2),
            Attempt = reader.GetInt32(3),
            MaxAttempts = reader.GetInt32(4),
            Retain = Retention(reader.GetString(5)),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(6),
            RunAt = reader.GetFieldValue<DateTimeOffset>(18),
            Doubt = reader.GetInt16(7),
            CorrelationId = hasMore ? Text(reader, 12) : null,
            TraceParent = hasMore ? Text(reader, 13) : null,
            Extras = hasMore ? TaskRowExtras.Read(reader) : null,
            Priority = lane?.Priority ?? reader.GetInt16(20),
            Tenant = lane?.Tenant ?? reader.GetString(21),
            Type = lane?.Type ?? reader.GetString(22),
        };
    }

    /// <summary>Whether the row that is read is ready.</summary>
    public static string StateOf(NpgsqlDataReader reader) => reader.GetString(19);

    /// <summary>One that is to be written; it gets its place when it is.</summary>
    public static TaskRow New(Guid id, NewTask task, DateTimeOffset now) => new()
    {
        Id = id,
        Position = 0,
        Priority = task.Priority,
        Tenant = task.Tenant,
        Type = task.Type,
        Payload = task.Payload.Text,
        Retain = task.Retain,
        Attempt = 0,
        MaxAttempts = task.MaxAttempts,
        CreatedAt = now,
        RunAt = now,
        CorrelationId = task.CorrelationId,
        TraceParent = task.TraceParent,
        Extras = task.IsPlain ? null : new TaskRowExtras
        {
            ExpiresAt = task.ExpiresAt,
            UniqueKey = task.UniqueKey,
            OrderingKey = task.OrderingKey,
        },
    };

    internal static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static TaskRetention Retention(string text) => text switch
    {
        "nothing" => TaskRetention.Nothing,
        "result" => TaskRetention.Result,
        _ => TaskRetention.Everything,
    };
}

/// <summary>What few tasks have.</summary>
internal sealed class TaskRowExtras
{
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? UniqueKey { get; init; }

    public string? OrderingKey { get; init; }

    public Guid? WorkflowId { get; init; }

    public int WorkflowIndex { get; init; }

    public bool CancelRequested { get; set; }

    /// <summary>JSON: the attempts that failed.</summary>
    public string? Attempts { get; set; }

    /// <summary>Null where the row has none of it: ids that only go along do not count.</summary>
    public static TaskRowExtras? Read(NpgsqlDataReader reader)
    {
        var extras = new TaskRowExtras
        {
            ExpiresAt = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
            UniqueKey = TaskRow.Text(reader, 10),
            OrderingKey = TaskRow.Text(reader, 11),
            WorkflowId = reader.IsDBNull(14) ? null : reader.GetGuid(14),
            WorkflowIndex = reader.IsDBNull(15) ? 0 : reader.GetInt32(15),
            CancelRequested = reader.GetBoolean(16),
            Attempts = TaskRow.Text(reader, 17),
        };
        return extras is { ExpiresAt: null, UniqueKey: null, OrderingKey: null, WorkflowId: null, CancelRequested: false, Attempts: null } ? null : extras;
    }
}
