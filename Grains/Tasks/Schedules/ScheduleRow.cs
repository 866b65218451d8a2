using System.Globalization;

namespace Buildify.Tasks.Schedules;

/// <summary>A row of <c>task_schedules</c>; its members are <see cref="Columns"/> in their order.</summary>
internal sealed record ScheduleRow(
    string Name, string Type, string Queue, string Payload, short Priority, int MaxAttempts, string? Cron, int? EverySeconds, string TimeZone,
    string Missed, bool Paused, DateTime NextRunAt, DateTime? LastRunAt, Guid? LastTaskId, string? Problem, long Revision, DateTime CreatedAt,
    DateTime UpdatedAt, string UpdatedBy)
{
    public const string Columns =
        """
        name AS Name, type AS Type, queue AS Queue, payload::text AS Payload, priority AS Priority, max_attempts AS MaxAttempts, cron AS Cron,
        every_seconds AS EverySeconds, time_zone AS TimeZone, missed::text AS Missed, paused AS Paused, next_run_at AS NextRunAt,
        last_run_at AS LastRunAt, last_task_id AS LastTaskId, problem AS Problem, revision AS Revision, created_at AS CreatedAt,
        updated_at AS UpdatedAt, updated_by AS UpdatedBy
        """;

    public string Tag => Revision.ToString(CultureInfo.InvariantCulture);

    public TaskSchedule ToSchedule() => new(
        Name, Type, Queue, new JsonText(Payload), Priority, MaxAttempts, Cron, EverySeconds, TimeZone, EnumNames.Read<MissedTicks>(Missed), Paused,
        Paused ? null : NextRunAt, LastRunAt, LastTaskId, Problem, Tag, CreatedAt, UpdatedAt, UpdatedBy);
}
