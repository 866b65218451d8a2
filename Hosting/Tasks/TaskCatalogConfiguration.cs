using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Buildify.Hosting.Tasks;

/// <summary>Reads <see cref="TaskCatalogOptions"/> and collects every error instead of stopping at the first.</summary>
internal static partial class TaskCatalogConfiguration
{
    public static void Read(TaskCatalogOptions options, IConfiguration configuration, IHostEnvironment environment)
    {
        options.Diagnostics = environment.IsDevelopment();
        if (configuration["Tasks:Diagnostics"] is { } text)
        {
            if (bool.TryParse(text, out var wanted)) options.Diagnostics = wanted;
            else options.Errors.Add($"Tasks__Diagnostics is '{text}': true or false is needed.");
        }
        options.Partitions = Number(configuration, "Tasks:Partitions", options.Partitions, 1, TaskCatalogOptions.MaxPartitions, options.Errors);
        foreach (var queue in configuration.GetSection("Tasks:Queues").GetChildren())
        {
            if (!QueueName().IsMatch(queue.Key))
            {
                options.Errors.Add($"Tasks__Queues__{queue.Key}: a queue's name is 1 to 63 of a-z, 0-9, '.', '_' and '-', and begins with a letter or a digit.");
                continue;
            }
            options.QueuePartitions[queue.Key] =
                Number(configuration, $"Tasks:Queues:{queue.Key}:Partitions", options.Partitions, 1, TaskCatalogOptions.MaxPartitions, options.Errors);
        }
    }

    /// <summary>A whole number within bounds; where it is none, the reason is among the errors.</summary>
    /// <param name="key">With colons; the message says it as an environment variable.</param>
    public static int Number(IConfiguration configuration, string key, int otherwise, int least, int most, List<string> errors)
    {
        if (configuration[key] is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        errors.Add($"{key.Replace(":", "__", StringComparison.Ordinal)} is '{text}': a whole number from {least} to {most} is needed, such as {otherwise}.");
        return otherwise;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,62}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex QueueName();
}
