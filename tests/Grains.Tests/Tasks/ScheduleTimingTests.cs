using Buildify.Tasks.Schedules;
using FsCheck;
using FsCheck.Fluent;

namespace Buildify.Tasks;

public class ScheduleTimingTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    // Over a leap of the clock too: the days begin before one.
    private static Arbitrary<(ScheduleTiming Timing, int Late)> Cases() => Arb.From(
        from which in Gen.Elements("*/15 * * * *", "30 2 * * *", "0 9 * * 1-5", "every 7", "every 3600")
        from late in Gen.Choose(-100, 400_000)
        select (which.StartsWith("every", StringComparison.Ordinal)
            ? ScheduleTiming.Of(null, int.Parse(which.AsSpan(6), System.Globalization.CultureInfo.InvariantCulture), "UTC")
            : ScheduleTiming.Of(which, null, "Europe/Berlin"), late));

    [Fact]
    public void The_next_time_is_after_now_and_what_fires_was_due() => Prop.ForAll(Cases(), given =>
    {
        var due = given.Timing.First(Start);
        var now = due.AddSeconds(given.Late);
        foreach (var missed in Enum.GetValues<MissedTicks>())
        {
            var (ticks, next) = given.Timing.Fire(missed, due, now);
            next.ShouldBeGreaterThan(now);
            ticks.ShouldAllBe(tick => tick >= due && tick <= now);
            ticks.ShouldBeInOrder();
            ticks.ShouldBeUnique();
            ticks.Length.ShouldBe(given.Late < 0 ? 0 : missed == MissedTicks.Skip ? 1 : Math.Clamp(ticks.Length, 1, NewSchedule.MaxCatchUp));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Caught_up_are_all_that_a_clock_that_never_stopped_would_have_fired() => Prop.ForAll(Cases(), given =>
    {
        var due = given.Timing.First(Start);
        var now = due.AddSeconds(given.Late);
        var one = new List<DateTimeOffset>();
        for (var tick = due; tick <= now && one.Count < NewSchedule.MaxCatchUp; tick = given.Timing.Fire(MissedTicks.Skip, tick, tick).Next) one.Add(tick);

        given.Timing.Fire(MissedTicks.CatchUp, due, now).Ticks.ShouldBe(one);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_interval_keeps_its_beat_however_late_it_is_looked_at()
    {
        var timing = ScheduleTiming.Of(null, 60, "UTC");
        var due = timing.First(Start);

        var (ticks, next) = timing.Fire(MissedTicks.Skip, due, due.AddSeconds(200.5));

        (ticks.ShouldHaveSingleItem(), next).ShouldBe((due, due.AddSeconds(240)));
    }

    [Fact]
    public void No_more_than_a_thousand_are_caught_up_and_the_rest_is_left_out()
    {
        var timing = ScheduleTiming.Of(null, 1, "UTC");

        var (ticks, next) = timing.Fire(MissedTicks.CatchUp, Start, Start.AddDays(1));

        (ticks.Length, next).ShouldBe((NewSchedule.MaxCatchUp, Start.AddDays(1).AddSeconds(1)));
    }

    [Theory]
    [InlineData(null, null, null, "cron")]
    [InlineData("@hourly", 5, null, "cron")]
    [InlineData("0 0 30 2 *", null, null, "cron")]
    [InlineData(null, 0, null, "every_seconds")]
    [InlineData(null, 31_536_001, null, "every_seconds")]
    [InlineData("@hourly", null, "Mars/Olympus", "time_zone")]
    [InlineData("@hourly", null, "", "time_zone")]
    [InlineData("@hourly", null, "../../etc/passwd", "time_zone")]
    public void What_cannot_be_is_refused_by_the_field_s_name(string? cron, int? every, string? zone, string field)
    {
        var errors = new List<FieldError>();
        ScheduleTiming.Read(new NewSchedule("core.echo", Cron: cron, EverySeconds: every, TimeZone: zone), errors).ShouldBeNull();
        errors.Select(error => error.Field).Distinct().ShouldBe([field]);
    }
}
