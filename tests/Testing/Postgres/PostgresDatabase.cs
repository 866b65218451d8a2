using Npgsql;

namespace Buildify.Testing.Postgres;

/// <summary>One test's database; dropped with it.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly Lazy<NpgsqlDataSource> _source;

    internal PostgresDatabase(PostgresServer server, string name, string connectionString)
    {
        (_server, Name, ConnectionString) = (server, name, connectionString);
        _source = new(() => NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=20;Max Auto Prepare=100;Auto Prepare Min Usages=2"));
    }

    public string Name { get; }

    /// <summary>Npgsql's keywords, password included; for <c>ConnectionStrings:Postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>A pool on the database, as the processes have one.</summary>
    public NpgsqlDataSource Source => _source.Value;

    /// <summary>Runs a statement, with its parameters as <c>$1</c>, <c>$2</c>, …</summary>
    public async Task<int> ExecuteAsync(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row; null for NULL or no row.</summary>
    public async Task<T?> QueryAsync<T>(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? (T)value : default;
    }

    /// <summary>Every row, each column as .NET has it.</summary>
    public async Task<List<object?[]>> RowsAsync(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (_source.IsValueCreated)
            await _source.Value.DisposeAsync();
        await _server.DropAsync(Name);
    }

    private NpgsqlCommand Command(string sql, object?[] parameters)
    {
        var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter ?? DBNull.Value });
        return command;
    }
}
