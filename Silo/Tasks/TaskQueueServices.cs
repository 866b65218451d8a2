using System.Globalization;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Postgres;
using Buildify.Tasks.Queues;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Tasks;

/// <summary>What the owners of task partitions want.</summary>
internal static class TaskQueueServices
{
    /// <summary>
    /// The statements of the journal are written for one plan each: along an index, given ids on the outer side. The statistics of tables that
    /// fill and empty by the minute would have the planner choose others (a burst without ANALYZE: a fifth of the speed), so that it has none
    /// to choose. A lock that is not to be had soon fails the flush, and with it no more than the one who wants it. Events are told of without a
    /// NOTIFY, which would serialise the commits: the owner tells the log itself.
    /// </summary>
    internal const string Fences =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c lock_timeout=2000 -c buildify.quiet=on";

    /// <summary>Connections of one process for its partitions' flushes and reads: each of them is short.</summary>
    private const int Connections = 8;

    /// <summary>Wants <c>AddPostgres</c>.</summary>
    public static void AddTaskQueues(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TaskQueueOptions>().Configure(options => Read(configuration, options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TaskQueueOptions>, Validation>());
        services.TryAddSingleton<QueueMetrics>();
        services.TryAddKeyedSingleton(TaskQueueGrain.JournalKey, (provider, _) =>
        {
            var keywords = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString)
            {
                MaxPoolSize = Connections,
                MinPoolSize = 0,
                // These connections carry nothing from one use to the next; resetting them would be a statement more in each flush.
                NoResetOnClose = true,
            };
            keywords.Options = string.IsNullOrEmpty(keywords.Options) ? Fences : $"{keywords.Options} {Fences}";
            keywords.ApplicationName += "-tasks";
            var builder = new NpgsqlDataSourceBuilder(keywords.ConnectionString) { Name = "buildify-tasks" };
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return builder.Build();
        });
    }

    private static void Read(IConfiguration configuration, TaskQueueOptions options)
    {
        options.ReattachSeconds = ClusterRuntime.IsEmbedded ? 0 : 3;
        options.MaxDepth = (int)Number("MaxDepth", options.MaxDepth, 1, 100_000_000);
        options.WorkerSilenceSeconds = Number("WorkerSilenceSeconds", options.WorkerSilenceSeconds, 2, 60);
        options.ReattachSeconds = Number("ReattachSeconds", options.ReattachSeconds, 0, 60);
        options.KeepDays = (int)Number("KeepDays", options.KeepDays, 1, 365);

        double Number(string key, double otherwise, double least, double most)
        {
            if (configuration[$"Tasks:{key}"] is not { } text) return otherwise;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            options.Errors.Add($"Tasks__{key} is '{text}': a number from {least} to {most} is needed, such as {otherwise}.");
            return otherwise;
        }
    }

    private sealed class Validation : IValidateOptions<TaskQueueOptions>
    {
        public ValidateOptionsResult Validate(string? name, TaskQueueOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
