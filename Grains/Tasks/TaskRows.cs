using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>Tasks as the tables have them.</summary>
internal static class TaskRows
{
    /// <summary>A row of <c>find_live</c> or <c>list_live</c>.</summary>
    public static TaskView Live(NpgsqlDataReader row) => Common(row) with
    {
        ExpiresAt = row.Time("expires_at"),
        CancelRequested = (bool)row["cancel_requested"],
        Attempts = Failed(row),
    };

    /// <summary>A row of <c>find_ended</c>, <c>list_dead</c> or <c>list_history</c>.</summary>
    public static TaskView Ended(NpgsqlDataReader row) => Common(row) with
    {
        FinishedAt = row.Time("finished_at"),
        Progress = row.Text("progress") is { } progress ? JsonSerializer.Deserialize<TaskProgress>(progress, BuildifyJson.Options) : null,
        Result = row.Text("result") is { } result ? new JsonText(result) : null,
        Attempts = WithLast(Failed(row), row),
    };

    private static TaskView Common(NpgsqlDataReader row) => new(
        (Guid)row["id"], (string)row["type"], (string)row["queue"], StateOf((string)row["state"]),
        Convert.ToInt32(row["priority"], CultureInfo.InvariantCulture), new JsonText((string)row["payload"]))
    {
        Tenant = (string)row["tenant"],
        MaxAttempts = (int)row["max_attempts"],
        CreatedAt = row.Time("created_at")!.Value,
        RunAt = row.Time("run_at")!.Value,
        UniqueKey = row.Text("unique_key"),
        OrderingKey = row.Text("ordering_key"),
        CorrelationId = row.Text("correlation_id"),
        WorkflowId = row["workflow_id"] as Guid?,
    };

    private static TaskState StateOf(string name) => Enum.Parse<TaskState>(name, ignoreCase: true);

    private static ImmutableArray<TaskAttempt> Failed(NpgsqlDataReader row) =>
        row.Text("attempts") is { } attempts ? JsonSerializer.Deserialize<ImmutableArray<TaskAttempt>>(attempts, BuildifyJson.Options) : [];

    // The last attempt, where it did not fail, has its columns and no place in the list.
    private static ImmutableArray<TaskAttempt> WithLast(ImmutableArray<TaskAttempt> failed, NpgsqlDataReader row)
    {
        var number = (int)row["attempt"];
        return number == 0 || row.Time("started_at") is not { } startedAt || failed.Any(attempt => attempt.Number == number)
            ? failed
            : failed.Add(new TaskAttempt(number, startedAt, row.Time("finished_at"), row.Text("worker"), Error: null));
    }

    private static string? Text(this NpgsqlDataReader row, string column) => row[column] as string;

    private static DateTimeOffset? Time(this NpgsqlDataReader row, string column) => row[column] is DateTime time ? new DateTimeOffset(time) : null;
}
