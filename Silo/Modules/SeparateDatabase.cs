using Buildify.Silo.Postgres;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <summary>A database that modules have to themselves: made where it is missing.</summary>
internal static class SeparateDatabase
{
    /// <exception cref="MigrationException">It is not there, and may not be made by us; the message says what to run.</exception>
    public static async Task Make(ModulePlace place, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await place.Administration.OpenConnectionAsync(cancellation);
            return;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
        }

        using var quotes = new NpgsqlCommandBuilder();
        var statement = $"CREATE DATABASE {quotes.QuoteIdentifier(place.Database)}";
        var maintenance = new NpgsqlConnectionStringBuilder(place.ConnectionString) { Database = "postgres", Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another silo was first.
        }
        catch (PostgresException error)
        {
            throw MigrationException.NotMade(place, statement, error);
        }
    }
}
