using Buildify.Databases;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Events;

/// <summary>Appends in the transaction of a module.</summary>
internal static class EventSessions
{
    private const string AppendSql =
        """
        SELECT append_event(event_type => $1, payload => $2, company_id => $3, event_id => $4, ordering_key => $5, event_source => $6,
                            event_version => $7, correlation_id => $8, trace_parent => $9, quiet => TRUE),
               current_setting('buildify.tenant')
        """;

    /// <returns>The event's id, and whose it is.</returns>
    public static async Task<(string Id, string Tenant)> Append(TenantSession session, NewEvent made, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(AppendSql, session.Connection, session.Transaction)
        {
            Parameters =
            {
                Text(made.EventType), new() { Value = made.Payload.Text, NpgsqlDbType = NpgsqlDbType.Jsonb }, Text(made.CompanyId), Text(made.Id),
                Text(made.OrderingKey), Text(made.EventSource), new() { Value = made.EventVersion }, Text(made.CorrelationId), Text(made.TraceParent),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetString(0), reader.GetString(1));
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
