using System.Globalization;
using System.Text.RegularExpressions;
using Quartz;

namespace Buildify.Tasks.Schedules;

/// <summary>
/// A cron line as people write it (crontab(5)), on the clock of a time zone. Where the clock is put forward, what it leaps over comes at the
/// leap, once; where it is put back, what it shows twice comes the first time, and what comes in every hour comes in both.
/// </summary>
internal sealed partial class CronLine
{
    private const int MaxLength = 200;

    private readonly CronExpression _expression;

    private CronLine(CronExpression expression) => _expression = expression;

    /// <param name="line">Five fields, six with the second first, or a macro (<c>@hourly</c>). Days of the week: 0 and 7 are Sunday.</param>
    /// <exception cref="FormatException">It cannot be read, or never comes; the message says what would be right.</exception>
    public static CronLine Read(string line, TimeZoneInfo zone)
    {
        if (line.Length > MaxLength) throw new FormatException($"has more than {MaxLength} characters");
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields is not ([['@', ..]] or { Length: 5 or 6 }))
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"has {fields.Length} fields; five are right (minute, hour, day of month, month, day of week), six with the second first, or @hourly, @daily, @weekly, @monthly, @yearly"));
        }
        if (fields is ["@reboot"]) throw new FormatException("has no such macro; @hourly, @daily, @weekly, @monthly and @yearly are right");
        // Quartz takes 98 and 99, which it uses within, for any number.
        if (LargeNumber().Match(line) is { Success: true } large) throw new FormatException($"cannot be read: no field has {large.Value}; right is as '30 4 * * 1-5'");
        var expression = fields.Length == 6 ? WithSeconds(fields) : Parse(fields);
        // Whatever it says, any zone's clock shows it as often; 29 February comes at least once in eight years.
        if (expression.GetNextValidTimeAfter(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)) is null)
        {
            throw new FormatException("never comes: no month that it names has such a day");
        }
        return new CronLine(expression.WithTimeZone(zone));
    }

    /// <summary>The first time after another; null where there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _expression.GetNextValidTimeAfter(after);

    // Quartz's own notation has the second first and counts a week's days from 1; it reads ours, without a second, and writes its own.
    private static CronExpression WithSeconds(string[] fields)
    {
        var rest = Parse(fields[1..]).CronExpressionString;
        return Parsed(() => CronExpression.Parse($"{fields[0]}{rest[1..]}").WithTimeZone(TimeZoneInfo.Utc));
    }

    private static CronExpression Parse(string[] fields) =>
        Parsed(() => CronExpression.Parse(string.Join(' ', fields), CronFormat.Unix).WithTimeZone(TimeZoneInfo.Utc));

    private static CronExpression Parsed(Func<CronExpression> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException unreadable)
        {
            throw new FormatException($"cannot be read: {unreadable.Message.TrimEnd('.')}; right is as '30 4 * * 1-5'", unreadable);
        }
    }

    [GeneratedRegex(@"[6-9][0-9]|[0-9]{3,}", RegexOptions.CultureInvariant)]
    private static partial Regex LargeNumber();
}
