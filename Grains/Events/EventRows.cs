using Npgsql;

namespace Buildify.Events;

/// <summary>Reads events where they are kept.</summary>
internal static class EventRows
{
    /// <summary>In the order in which <see cref="Read"/> wants them.</summary>
    public const string Columns =
        "id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, position, ordering_key, trace_parent";

    /// <summary>How many <see cref="Columns"/> are.</summary>
    public const int Count = 12;

    /// <param name="from">The column of the id.</param>
    public static LoggedEvent Read(NpgsqlDataReader row, int from = 0) => new(
        row.GetString(from), row.GetString(from + 1), row.GetInt32(from + 2), row.GetString(from + 3), row.GetString(from + 4), Text(row, from + 5),
        new JsonText(row.GetString(from + 6)), row.GetFieldValue<DateTimeOffset>(from + 7), Text(row, from + 8), row.GetInt64(from + 9))
    {
        OrderingKey = Text(row, from + 10),
        TraceParent = Text(row, from + 11),
    };

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
