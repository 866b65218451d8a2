using System.Globalization;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Events.Streams;

/// <summary>How the log is given out as streams.</summary>
internal sealed record EventStreamOptions
{
    /// <summary>
    /// Memory for the newest events of each of the log's partitions, in kilobytes (<c>Events__StreamCacheKilobytes</c>); 0 to 1,048,576, by
    /// default 8,192. Who is further behind than that reads the log.
    /// </summary>
    public int CacheKilobytes { get; set; } = 8_192;

    public List<string> Errors { get; } = [];

    public long CacheBytes => CacheKilobytes * 1024L;

    public void Read(IConfiguration configuration)
    {
        if (configuration["Events:StreamCacheKilobytes"] is not { Length: > 0 } text) return;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_048_576) CacheKilobytes = number;
        else Errors.Add($"Events__StreamCacheKilobytes is '{text}'; a whole number from 0 to 1048576 is right, such as 8192.");
    }

    internal sealed class Validation : IValidateOptions<EventStreamOptions>
    {
        public ValidateOptionsResult Validate(string? name, EventStreamOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
