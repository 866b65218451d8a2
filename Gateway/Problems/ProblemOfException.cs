using System.Data.Common;
using System.Net.Sockets;
using Buildify.Databases;
using Npgsql;

namespace Buildify.Gateway.Problems;

/// <summary>What an exception that reached the door means to the caller.</summary>
internal static class ProblemOfException
{
    public static Problem Of(Exception error) => error switch
    {
        BadHttpRequestException bad => Problem.OfStatus(bad.StatusCode),
        IdempotencyConflictException conflict => Problem.Of(conflict.ToFailure()),
        // What it says is for an operator, and in the log.
        ModuleUnavailableException => Problem.Of(ProblemCodes.ModuleUnavailable, "The module's tables cannot be used now; try again shortly."),
        _ when IsAway(error) => Problem.Unavailable(),
        _ => Problem.OfStatus(500),
    };

    /// <summary>Whether trying again may help: the cluster or the database is away, or two writes met.</summary>
    public static bool IsAway(Exception? error) => error switch
    {
        null => false,
        AggregateException many => many.InnerExceptions.Any(IsAway),
        // What the runtime itself throws: a silo that is gone, a connection that is not there yet, a write that met another.
        TimeoutException or OrleansException => true,
        PostgresException refused => refused.IsTransient || IsServerAway(refused.SqlState),
        DbException or SocketException => true,
        _ => IsAway(error.InnerException),
    };

    // Classes of PostgreSQL's errors, Appendix A: connection, resources, operator intervention, system. A cancelled query is one
    // of the third.
    private static bool IsServerAway(string sqlState) => sqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..];
}
