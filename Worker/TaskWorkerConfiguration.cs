using Buildify.Hosting.Tasks;
using Microsoft.Extensions.Options;

namespace Buildify.Worker;

/// <summary>Reads <see cref="TaskWorkerOptions"/> and collects every error instead of stopping at the first.</summary>
internal static class TaskWorkerConfiguration
{
    public static void Read(TaskWorkerOptions options, IConfiguration configuration)
    {
        options.Slots = Number("Worker:Slots", options.Slots, 1, TaskWorkerOptions.MaxSlots);
        options.DrainSeconds = Number("Worker:DrainSeconds", options.DrainSeconds, 0, 3_600);
        options.TimeoutSeconds = Number("Tasks:TimeoutSeconds", options.TimeoutSeconds, 1, 86_400);
        options.AbandonSeconds = Number("Tasks:AbandonSeconds", options.AbandonSeconds, 0, 3_600);
        options.BreakerCalls = Number("Tasks:BreakerCalls", options.BreakerCalls, 2, 10_000);
        options.BreakerFailurePercent = Number("Tasks:BreakerFailurePercent", options.BreakerFailurePercent, 1, 100);
        options.BreakerSamplingSeconds = Number("Tasks:BreakerSamplingSeconds", options.BreakerSamplingSeconds, 1, 3_600);
        options.BreakerOpenSeconds = Number("Tasks:BreakerOpenSeconds", options.BreakerOpenSeconds, 1, 3_600);
        options.Queues = [.. (configuration["Worker:Queues"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

        int Number(string key, int otherwise, int least, int most) =>
            TaskCatalogConfiguration.Number(configuration, key, otherwise, least, most, options.Errors);
    }

    internal sealed class Validation : IValidateOptions<TaskWorkerOptions>
    {
        public ValidateOptionsResult Validate(string? name, TaskWorkerOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
