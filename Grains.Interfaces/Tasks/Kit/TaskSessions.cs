using Buildify.Databases;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks;

/// <summary>Enqueues in the transaction of a module.</summary>
internal static class TaskSessions
{
    private const string EnqueueSql =
        """
        SELECT enqueue_task(type => $1, payload => $2, queue => $3, priority => $4, run_at => $5, delay_seconds => $6, expires_at => $7,
                            unique_key => $8, unique_seconds => $9, ordering_key => $10, max_attempts => $11, retain => $12,
                            correlation_id => $13, trace_parent => $14),
               current_setting('buildify.tenant')
        """;

    /// <returns>The task's id, or that of the task which holds the unique key; and whose it is.</returns>
    public static async Task<(Guid Id, string Tenant)> Write(TenantSession session, NewTask task, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EnqueueSql, session.Connection, session.Transaction)
        {
            Parameters =
            {
                Text(task.Type), Value(task.Payload.Text, NpgsqlDbType.Jsonb), Text(task.Queue), Value(task.Priority, NpgsqlDbType.Integer),
                Value(task.RunAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz), Value(task.DelaySeconds, NpgsqlDbType.Double),
                Value(task.ExpiresAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz), Text(task.UniqueKey),
                Value(task.UniqueSeconds, NpgsqlDbType.Double), Text(task.OrderingKey), Value(task.MaxAttempts, NpgsqlDbType.Integer),
                Text(NameOf(task.Retain)), Text(task.CorrelationId), Text(task.TraceParent),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetGuid(0), reader.GetString(1));
    }

    private static string NameOf(TaskRetention retain) => retain switch
    {
        TaskRetention.Nothing => "nothing",
        TaskRetention.Everything => "everything",
        _ => "result",
    };

    private static NpgsqlParameter Text(string? value) => Value(value, NpgsqlDbType.Text);

    private static NpgsqlParameter Value(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
