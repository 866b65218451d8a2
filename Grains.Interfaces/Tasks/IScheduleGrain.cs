namespace Buildify.Tasks;

/// <summary>One schedule of a tenant (<see cref="GrainKeys.Schedule"/>): a task that comes again and again. It holds nothing: each silo has a clock that fires what is due.</summary>
[Alias("buildify.schedule")]
public interface IScheduleGrain : IGrainWithStringKey
{
    /// <summary>Null where there is no such schedule.</summary>
    [Alias("Get")]
    Task<TaskSchedule?> Get();

    /// <summary>Makes the schedule, or replaces it whole. Its next time stays where what it is counted by stays.</summary>
    /// <param name="ifMatch">The revision that must be the present one; <c>*</c> for any that exists; null for no check.</param>
    /// <returns><see cref="FailureCodes.Invalid"/>, <see cref="FailureCodes.Stale"/> or <see cref="FailureCodes.LimitReached"/>.</returns>
    [Alias("Put")]
    Task<Outcome<TaskSchedule>> Put(NewSchedule schedule, string? ifMatch, Caller caller);

    /// <summary>From then on it fires no more; tasks that it has enqueued stay.</summary>
    /// <param name="ifMatch">As in <see cref="Put"/>.</param>
    /// <returns>What it was; <see cref="FailureCodes.NotFound"/> or <see cref="FailureCodes.Stale"/>.</returns>
    [Alias("Delete")]
    Task<Outcome<TaskSchedule>> Delete(string? ifMatch);
}

/// <summary>A tenant's schedules (<see cref="GrainKeys.Tenant"/>) as a list.</summary>
[Alias("buildify.schedule-list")]
public interface IScheduleListGrain : IGrainWithStringKey
{
    /// <summary>By name.</summary>
    [Alias("List")]
    Task<Outcome<Page<TaskSchedule>>> List(PageRequest page);
}

/// <summary>What happens to times that came while nothing could fire.</summary>
public enum MissedTicks
{
    /// <summary>One task for all of them.</summary>
    Skip,

    /// <summary>One for each, the first <see cref="NewSchedule.MaxCatchUp"/>.</summary>
    CatchUp,
}

/// <summary>A schedule to be written.</summary>
/// <param name="Queue">Null for the type's.</param>
/// <param name="Priority">0 to 9; null for 5.</param>
/// <param name="MaxAttempts">1 to 100; null for the type's.</param>
/// <param name="Cron">Minute, hour, day of month, month, day of week; or these after a second; or <c>@hourly</c> and the like.</param>
/// <param name="EverySeconds">1 to 31,536,000; exactly one of this and <paramref name="Cron"/>.</param>
/// <param name="TimeZone">As IANA names it; null for UTC.</param>
[GenerateSerializer, Immutable, Alias("buildify.new-schedule")]
public sealed record NewSchedule(
    [property: Id(0)] string Type, [property: Id(1)] JsonText? Payload = null, [property: Id(2)] string? Queue = null,
    [property: Id(3)] int? Priority = null, [property: Id(4)] int? MaxAttempts = null, [property: Id(5)] string? Cron = null,
    [property: Id(6)] int? EverySeconds = null, [property: Id(7)] string? TimeZone = null, [property: Id(8)] MissedTicks Missed = MissedTicks.Skip,
    [property: Id(9)] bool Paused = false)
{
    public const int MaxEverySeconds = 31_536_000;

    public const int MaxCatchUp = 1_000;

    /// <summary>How many schedules a tenant may have.</summary>
    public const int MaxOfTenant = 1_000;
}

/// <summary>A schedule, as those who look see it.</summary>
/// <param name="NextRunAt">Null while it is paused.</param>
/// <param name="LastRunAt">The time that was meant, not when it was got round to.</param>
/// <param name="Problem">Why its last time made no task; null where it did.</param>
/// <param name="Revision">The strong entity tag, without quotes.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-schedule")]
public sealed record TaskSchedule(
    [property: Id(0)] string Name, [property: Id(1)] string Type, [property: Id(2)] string Queue, [property: Id(3)] JsonText Payload,
    [property: Id(4)] int Priority, [property: Id(5)] int MaxAttempts, [property: Id(6)] string? Cron, [property: Id(7)] int? EverySeconds,
    [property: Id(8)] string TimeZone, [property: Id(9)] MissedTicks Missed, [property: Id(10)] bool Paused,
    [property: Id(11)] DateTimeOffset? NextRunAt, [property: Id(12)] DateTimeOffset? LastRunAt, [property: Id(13)] Guid? LastTaskId,
    [property: Id(14)] string? Problem, [property: Id(15)] string Revision, [property: Id(16)] DateTimeOffset CreatedAt,
    [property: Id(17)] DateTimeOffset UpdatedAt, [property: Id(18)] string UpdatedBy);
