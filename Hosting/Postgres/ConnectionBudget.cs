using System.Globalization;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>The connections a server allows: all of them, and those it keeps for superusers.</summary>
internal readonly record struct ServerLimits(int MaxConnections, int Reserved);

/// <summary>Whether every process's pool, filled, fits into the server.</summary>
internal static class ConnectionBudget
{
    private const string LimitsSql =
        "SELECT current_setting('max_connections'), current_setting('superuser_reserved_connections')";

    public static async Task<ServerLimits> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(LimitsSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new(Number(0), Number(1));

        int Number(int column) => int.Parse(reader.GetString(column), CultureInfo.InvariantCulture);
    }

    /// <summary>Why the budget does not fit and what would make it fit; null where it does.</summary>
    public static string? Refusal(ServerLimits server, PostgresOptions options)
    {
        var usable = server.MaxConnections - server.Reserved;
        var needed = (long)options.MaxPoolSize * options.Processes;
        if (needed <= usable)
            return null;

        var processes = options.Processes == 1 ? "1 process" : $"{options.Processes} processes";
        var smaller = usable / options.Processes;
        var remedy = smaller > 0
            ? $"set Postgres__MaxPoolSize to {smaller} or less"
            : $"run no more than {usable} processes";
        return $"{options.MaxPoolSize} connections for each of {processes} are {needed}, but PostgreSQL gives {usable} "
            + $"(max_connections = {server.MaxConnections}, of which {server.Reserved} are kept for superusers): {remedy}, "
            + $"or raise max_connections to {needed + server.Reserved}.";
    }
}
