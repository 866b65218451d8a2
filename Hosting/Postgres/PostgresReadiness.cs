using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>
/// Waits for a server that is still coming up, as it is when everything on a machine starts together. What waiting cannot mend (a
/// wrong password, no such database) is thrown at once.
/// </summary>
public static partial class PostgresReadiness
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Opens a connection, trying again for up to <paramref name="limit"/>.</summary>
    /// <exception cref="PostgresUnreachableException">The server did not answer in time; the message says where it was sought.</exception>
    public static async Task<NpgsqlConnection> OpenWhenReadyAsync(
        this NpgsqlDataSource source, TimeSpan limit, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            try
            {
                return await source.OpenConnectionAsync(cancellation);
            }
            catch (NpgsqlException error) when (IsStarting(error))
            {
                var address = Address(source);
                if (time.GetElapsedTime(start) + pause > limit)
                    throw new PostgresUnreachableException(
                        $"PostgreSQL at {address} did not answer for {limit.TotalSeconds:0} s: {error.Message}", error);
                if (pause == FirstPause)
                    Log.Waiting(logger, address, limit.TotalSeconds, error.Message);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    /// <summary>Whether the server may only need more time.</summary>
    private static bool IsStarting(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections } => true,
        PostgresException => false,
        _ => error.InnerException is SocketException or TimeoutException or IOException,
    };

    private static string Address(NpgsqlDataSource source)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return $"{settings.Host}:{settings.Port}";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information,
            Message = "PostgreSQL at {Address} does not answer yet; waiting up to {Limit_seconds} s ({Reason})")]
        public static partial void Waiting(ILogger logger, string address, double limit_seconds, string reason);
    }
}

/// <summary>No PostgreSQL answers where the configuration says it is.</summary>
public sealed class PostgresUnreachableException(string message, Exception inner) : Exception(message, inner);
