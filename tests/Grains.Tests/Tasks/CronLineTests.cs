using System.Globalization;
using Buildify.Tasks.Schedules;

namespace Buildify.Tasks;

public class CronLineTests
{
    // 2026-01-01 is a Thursday.
    [Theory]
    [InlineData("30 4 * * *", "01-01 04:30:00", "01-02 04:30:00")]
    [InlineData("*/15 * * * *", "01-01 00:15:00", "01-01 00:30:00")]
    [InlineData("5/20 * * * *", "01-01 00:05:00", "01-01 00:25:00")]
    [InlineData("0 9-17/4 * * *", "01-01 09:00:00", "01-01 13:00:00")]
    [InlineData("0 0 1,15 * *", "01-15 00:00:00", "02-01 00:00:00")]
    [InlineData("0 0 * * 0", "01-04 00:00:00", "01-11 00:00:00")]
    [InlineData("0 0 * * 7", "01-04 00:00:00", "01-11 00:00:00")]
    [InlineData("0 0 * * sun", "01-04 00:00:00", "01-11 00:00:00")]
    [InlineData("0 0 * * 1", "01-05 00:00:00", "01-12 00:00:00")]
    [InlineData("0 0 * * 6", "01-03 00:00:00", "01-10 00:00:00")]
    [InlineData("0 0 * * 1-5", "01-02 00:00:00", "01-05 00:00:00")]
    [InlineData("0 0 * * 5-7", "01-02 00:00:00", "01-03 00:00:00")]
    [InlineData("0 0 * * 0-2", "01-04 00:00:00", "01-05 00:00:00")]
    [InlineData("0 0 * * mon-fri", "01-02 00:00:00", "01-05 00:00:00")]
    [InlineData("0 0 * * 1,3,5", "01-02 00:00:00", "01-05 00:00:00")]
    [InlineData("0 0 * * 1-5/2", "01-02 00:00:00", "01-05 00:00:00")]
    [InlineData("0 0 * * MON,wed", "01-05 00:00:00", "01-07 00:00:00")]
    [InlineData("0 0 * feb,nov *", "02-01 00:00:00", "02-02 00:00:00")]
    [InlineData("0 0 L * *", "01-31 00:00:00", "02-28 00:00:00")]
    // Both kinds of day narrowed: either will do.
    [InlineData("0 0 13 * 5", "01-02 00:00:00", "01-09 00:00:00")]
    [InlineData("@hourly", "01-01 01:00:00", "01-01 02:00:00")]
    [InlineData("@daily", "01-02 00:00:00", "01-03 00:00:00")]
    [InlineData("@midnight", "01-02 00:00:00", "01-03 00:00:00")]
    [InlineData("@weekly", "01-04 00:00:00", "01-11 00:00:00")]
    [InlineData("@monthly", "02-01 00:00:00", "03-01 00:00:00")]
    // Six fields have the second first.
    [InlineData("*/20 * * * * *", "01-01 00:00:20", "01-01 00:00:40")]
    [InlineData("15 30 4 * * 1", "01-05 04:30:15", "01-12 04:30:15")]
    [InlineData("0 0 0 * * 0", "01-04 00:00:00", "01-11 00:00:00")]
    [InlineData("  0   0 * * 1 ", "01-05 00:00:00", "01-12 00:00:00")]
    public void A_line_comes_when_crontab_says(string line, params string[] times) => Times(line, "UTC", "2026-01-01T00:00:00Z", times.Length)
        .Select(time => time.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).ShouldBe(times);

    // Europe/Berlin leaps from 02:00 to 03:00 on 2026-03-29 (01:00 UTC), and from 03:00 back to 02:00 on 2026-10-25 (01:00 UTC).
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "03-29 01:00", "03-30 00:30")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "10-25 00:30", "10-26 01:30")]
    [InlineData("0 * * * *", "2026-03-28T23:30:00Z", "03-29 00:00", "03-29 01:00", "03-29 02:00")]
    [InlineData("0 * * * *", "2026-10-24T23:30:00Z", "10-25 00:00", "10-25 01:00", "10-25 02:00")]
    [InlineData("*/30 2 * * *", "2026-03-28T12:00:00Z", "03-29 01:00", "03-30 00:00", "03-30 00:30")]
    [InlineData("0 9 * * *", "2026-03-28T09:00:00Z", "03-29 07:00", "03-30 07:00")]
    [InlineData("0 9 * * *", "2026-10-24T09:00:00Z", "10-25 08:00", "10-26 08:00")]
    public void Over_a_leap_of_the_clock_nothing_is_left_out_and_no_fixed_time_comes_twice(string line, string after, params string[] times) =>
        Times(line, "Europe/Berlin", after, times.Length).Select(time => time.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture)).ShouldBe(times);

    [Fact]
    public void Every_29_February_is_found() =>
        Times("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", 2).Select(time => time.Year).ShouldBe([2028, 2032]);

    [Theory]
    [InlineData("0 0 30 2 *", "never comes")]
    [InlineData("0 0 31 4,6 *", "never comes")]
    [InlineData("0 0 0 30 2 *", "never comes")]
    [InlineData("", "has 0 fields; five are right")]
    [InlineData("* * * *", "has 4 fields; five are right")]
    [InlineData("0 0 0 1 1 * 2026", "has 7 fields")]
    [InlineData("@reboot", "no such macro")]
    [InlineData("@often", "cannot be read")]
    [InlineData("60 * * * *", "no field has 60")]
    [InlineData("99 * * * *", "no field has 99")]
    [InlineData("0 98 * * *", "no field has 98")]
    [InlineData("0 0 100 * *", "no field has 100")]
    [InlineData("0 24 * * *", "between 0 and 23")]
    [InlineData("0 0 0 * *", "between 1 and 31")]
    [InlineData("0 0 * 13 *", "between 1 and 12")]
    [InlineData("0 0 * * 8", "cannot be read")]
    [InlineData("0 0 * * noday", "cannot be read")]
    [InlineData("*/0 * * * *", "cannot be read")]
    [InlineData("99 0 0 * * *", "no field has 99")]
    [InlineData("a b c d e", "cannot be read")]
    public void A_line_that_cannot_be_read_or_never_comes_is_refused_and_told_what_would_be_right(string line, string said) =>
        Should.Throw<FormatException>(() => CronLine.Read(line, TimeZoneInfo.Utc)).Message.ShouldContain(said);

    private static List<DateTimeOffset> Times(string line, string zone, string after, int count)
    {
        var cron = CronLine.Read(line, TimeZoneInfo.FindSystemTimeZoneById(zone));
        var times = new List<DateTimeOffset>();
        for (var time = DateTimeOffset.Parse(after, CultureInfo.InvariantCulture); times.Count < count; times.Add(time)) time = cron.Next(time)!.Value.ToUniversalTime();
        return times;
    }
}
