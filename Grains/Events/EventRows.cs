using Npgsql;

namespace Buildify.Events;

/// <summary>Reads events where they are kept.</summary>
internal static class EventRows
{
    /// <summary>In the order in which <see cref="Read"/> wants them, from the first column on.</summary>
    public const string Columns =
        "id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, position, ordering_key, trace_parent";

    /// <summary>How many <see cref="Columns"/> are.</summary>
    public const int Count = 12;

    public static LoggedEvent Read(NpgsqlDataReader row)
    {
        return new LoggedEvent(
            row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetString(4), Text(5), new JsonText(row.GetString(6)),
            row.GetFieldValue<DateTimeOffset>(7), Text(8), row.GetInt64(9))
        {
            OrderingKey = Text(10),
            TraceParent = Text(11),
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}
