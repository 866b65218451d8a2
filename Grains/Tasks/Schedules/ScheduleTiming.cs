using System.Collections.Immutable;

namespace Buildify.Tasks.Schedules;

/// <summary>When a schedule fires.</summary>
internal sealed class ScheduleTiming
{
    private readonly CronLine? _cron;
    private readonly TimeSpan _every;

    private ScheduleTiming(CronLine? cron, TimeSpan every) => (_cron, _every) = (cron, every);

    /// <summary>From what is stored, or <see cref="Read"/> let through.</summary>
    /// <exception cref="FormatException">The line cannot be read.</exception>
    /// <exception cref="TimeZoneNotFoundException">This machine does not know the time zone.</exception>
    public static ScheduleTiming Of(string? cron, int? everySeconds, string timeZone) => everySeconds is { } seconds
        ? new(cron: null, TimeSpan.FromSeconds(seconds))
        : new(CronLine.Read(cron!, TimeZoneInfo.FindSystemTimeZoneById(timeZone)), TimeSpan.Zero);

    /// <summary>Checks what a caller sent.</summary>
    public static ScheduleTiming? Read(NewSchedule schedule, List<FieldError> errors)
    {
        var before = errors.Count;
        var zone = schedule.TimeZone ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
        {
            errors.Add(new("time_zone", "must be a time zone as IANA names it (Europe/Berlin, UTC)"));
        }
        if (schedule is { Cron: null, EverySeconds: null }) errors.Add(new("cron", "is required, or every_seconds"));
        if (schedule is { Cron: not null, EverySeconds: not null }) errors.Add(new("cron", "does not go together with every_seconds; send one of them"));
        if (schedule.EverySeconds is < 1 or > NewSchedule.MaxEverySeconds) errors.Add(new("every_seconds", $"must be 1 to {NewSchedule.MaxEverySeconds}"));
        try
        {
            if (schedule.Cron is { } line) _ = CronLine.Read(line, TimeZoneInfo.Utc);
        }
        catch (FormatException unreadable)
        {
            errors.Add(new("cron", unreadable.Message));
        }
        return errors.Count == before ? Of(schedule.Cron, schedule.EverySeconds, zone) : null;
    }

    /// <summary>The first time after now, for a schedule that has not fired yet.</summary>
    public DateTimeOffset First(DateTimeOffset now) => _cron is null ? now + _every : NextOfLine(now);

    /// <summary>What fires now, and when the next one is.</summary>
    /// <param name="due">The time that was next.</param>
    /// <returns>
    /// No ticks where it is not due. Of several that were missed: one, or with <see cref="MissedTicks.CatchUp"/> each up to
    /// <see cref="NewSchedule.MaxCatchUp"/>, and what is beyond that is left out. The next one is after now, and after each tick.
    /// </returns>
    public (ImmutableArray<DateTimeOffset> Ticks, DateTimeOffset Next) Fire(MissedTicks missed, DateTimeOffset due, DateTimeOffset now)
    {
        if (due > now) return ([], due);
        var ticks = ImmutableArray.CreateBuilder<DateTimeOffset>();
        var most = missed == MissedTicks.CatchUp ? NewSchedule.MaxCatchUp : 1;
        for (var tick = due; tick <= now && ticks.Count < most; tick = Following(tick)) ticks.Add(tick);
        return (ticks.ToImmutable(), After(ticks[^1], now));
    }

    private DateTimeOffset Following(DateTimeOffset tick) => _cron is null ? tick + _every : NextOfLine(tick);

    // A schedule that counts seconds keeps its beat, however late it is looked at.
    private DateTimeOffset After(DateTimeOffset tick, DateTimeOffset now) =>
        _cron is null ? tick + (_every * (((now - tick).Ticks / _every.Ticks) + 1)) : NextOfLine(now);

    // A line that came once comes again; Quartz looks no further than the year 2300.
    private DateTimeOffset NextOfLine(DateTimeOffset after) => _cron!.Next(after) ?? new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
