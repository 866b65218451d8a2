using Buildify.Gateway.Bodies;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>A schedule as it is to be, whole.</summary>
/// <param name="Payload">An object that fits the type.</param>
/// <param name="Queue">Its type's where it is left out.</param>
/// <param name="Priority">0 to 9; 9 goes first.</param>
/// <param name="Cron">Minute, hour, day of month, month, day of week; exactly one of this and <c>every_seconds</c>.</param>
/// <param name="EverySeconds">1 to 31,536,000.</param>
/// <param name="TimeZone">As IANA names it; UTC where it is left out.</param>
/// <param name="Missed">Whether times that were missed are caught up one by one; skip where it is left out.</param>
internal sealed record ScheduleBody(
    string Type, JsonObjectText? Payload = null, string? Queue = null, int? Priority = null, int? MaxAttempts = null, string? Cron = null,
    int? EverySeconds = null, string? TimeZone = null, MissedTicks Missed = MissedTicks.Skip, bool Paused = false)
{
    public NewSchedule ToSchedule(TaskTypeInfo type) => new(
        Type, Payload?.Json, Queue ?? type.About.Queue, Priority, MaxAttempts ?? type.About.MaxAttempts, Cron, EverySeconds, TimeZone, Missed, Paused);
}
