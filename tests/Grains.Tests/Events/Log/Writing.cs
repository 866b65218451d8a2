using Npgsql;

namespace Buildify.Events.Log;

/// <summary>A transaction of a program's, that appends events and tells nobody.</summary>
internal sealed class Writing(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public static async Task<Writing> Begin(NpgsqlDataSource source)
    {
        var connection = await source.OpenConnectionAsync();
        return new Writing(connection, await connection.BeginTransactionAsync());
    }

    /// <param name="quiet">Whether the listeners hear nothing of it.</param>
    public async Task Append(string tenant, int n, bool quiet = true)
    {
        await using var command = new NpgsqlCommand(
            "SELECT append_event('test.thing.happened', jsonb_build_object('n', $2::int), tenant => $1, quiet => $3)", connection, transaction)
        {
            Parameters = { new() { Value = tenant }, new() { Value = n }, new() { Value = quiet } },
        };
        await command.ExecuteNonQueryAsync();
    }

    public Task Commit() => transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
