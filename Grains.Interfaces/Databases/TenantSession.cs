using System.Text.Json;
using Buildify.Diagnostics;
using Buildify.Idempotency;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Databases;

/// <summary>
/// A transaction in a module's database, with the rows of one tenant in sight. Disposed without <see cref="Commit(CancellationToken)"/>
/// it leaves nothing.
/// </summary>
public sealed class TenantSession : IAsyncDisposable
{
    private const string RecordSql = "SELECT record_idempotency($1, $2, $3, $4, $5)";

    private readonly string _module;
    private List<Func<Task>>? _afterCommit;

    static TenantSession() => DapperTypes.Register();

    internal TenantSession(string module, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_module, Connection, Transaction) = (module, connection, transaction);

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction Transaction { get; }

    /// <summary>Runs a query with its arguments as <c>@name</c>; a column <c>created_at</c> falls on a member <c>CreatedAt</c>.</summary>
    public async Task<IReadOnlyList<T>> Query<T>(string sql, object? args = null, CancellationToken cancellation = default) =>
        (await Connection.QueryAsync<T>(Command(sql, args, cancellation))).AsList();

    /// <inheritdoc cref="Query{T}"/>
    /// <returns>The one row, or the default where there is none; throws where there are several.</returns>
    public Task<T?> QuerySingleOrDefault<T>(string sql, object? args = null, CancellationToken cancellation = default) =>
        Connection.QuerySingleOrDefaultAsync<T>(Command(sql, args, cancellation));

    /// <summary>Runs a statement with its arguments as <c>@name</c>.</summary>
    /// <returns>How many rows it wrote.</returns>
    public Task<int> Execute(string sql, object? args = null, CancellationToken cancellation = default) =>
        Connection.ExecuteAsync(Command(sql, args, cancellation));

    /// <summary>
    /// Runs something once the transaction has committed, and not where it does not. For what is quicker for it and right without it, as
    /// telling a queue of a task: what it throws is swallowed, and where the process dies before it runs it never does.
    /// </summary>
    public void AfterCommit(Func<Task> action) => (_afterCommit ??= []).Add(action);

    public async Task Commit(CancellationToken cancellation = default)
    {
        await Transaction.CommitAsync(cancellation);
        await Failpoints.Reach(Failpoints.AfterWrite, _module);
        foreach (var action in _afterCommit ?? [])
        {
            try
            {
                await action();
            }
            catch (Exception)
            {
                // What was committed is committed; the caller must not hear that it failed.
            }
        }
    }

    /// <summary>Commits, and with it that the request's <c>Idempotency-Key</c> was used and what it is answered by.</summary>
    /// <param name="stamp">Null where the request had no key.</param>
    /// <param name="result">What a repeat of the request is answered.</param>
    /// <exception cref="IdempotencyConflictException">The key was used in the meantime; nothing is committed.</exception>
    public async Task Commit<T>(IdempotencyStamp? stamp, T result, CancellationToken cancellation = default)
    {
        if (stamp is not null) await Record(stamp, JsonSerializer.Serialize(result, BuildifyJson.Options), cancellation);
        await Commit(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private async Task Record(IdempotencyStamp stamp, string response, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(RecordSql, Connection, Transaction)
        {
            Parameters =
            {
                new() { Value = stamp.Scope }, new() { Value = stamp.Key }, new() { Value = stamp.Fingerprint },
                new() { Value = stamp.Status }, new() { Value = response, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException error) when (error.ConstraintName == "idempotency_keys_pkey")
        {
            throw new IdempotencyConflictException(
                "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.", error);
        }
    }

    private CommandDefinition Command(string sql, object? args, CancellationToken cancellation) =>
        new(sql, args, Transaction, cancellationToken: cancellation);
}
