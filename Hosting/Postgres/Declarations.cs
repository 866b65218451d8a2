using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>
/// Writes something down before the process takes part in anything. A process that starts before the first silo has made the tables waits for
/// them as long as a start waits for PostgreSQL (<c>Postgres__StartSeconds</c>).
/// </summary>
internal abstract partial class Declarations(IOptions<PostgresOptions> postgres, TimeProvider time, ILogger logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await Declare(cancellationToken);
                return;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn
                && time.GetElapsedTime(start).TotalSeconds < postgres.Value.StartSeconds)
            {
                if (isFirst) Log.Waiting(logger, error.MessageText, postgres.Value.StartSeconds);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task Declare(CancellationToken cancellation);

    /// <summary>A statement of this assembly.</summary>
    /// <param name="name">As <c>Buildify.Hosting.Tasks.declare_tasks.sql</c>.</param>
    protected static string ReadSql(string name)
    {
        using var reader = new StreamReader(typeof(Declarations).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The tables are not all there yet ({Missing}); waiting up to {Limit_seconds} s for a silo to make them")]
        public static partial void Waiting(ILogger logger, string missing, int limit_seconds);
    }
}
