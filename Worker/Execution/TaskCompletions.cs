using Npgsql;
using NpgsqlTypes;

namespace Buildify.Worker.Execution;

/// <summary>What a task resulted in, as the run that completed it wrote it down.</summary>
/// <param name="Result">JSON; null for none.</param>
internal sealed record TaskCompletion(string? Result);

/// <summary>Looks whether a task was completed by an earlier run.</summary>
internal interface ITaskCompletions
{
    /// <summary>In the platform's database; null where it was not.</summary>
    Task<TaskCompletion?> Find(Guid task, CancellationToken cancellation);
}

/// <summary>Tasks' completions in PostgreSQL.</summary>
internal sealed class TaskCompletions(NpgsqlDataSource platform) : ITaskCompletions
{
    private const string Savepoint = "buildify_complete_task";
    private const string PrimaryKey = "task_completions_pkey";

    private static readonly string CompleteSql = Read("complete_task");
    private static readonly string FindSql = Read("find_completion");

    public async Task<TaskCompletion?> Find(Guid task, CancellationToken cancellation)
    {
        await using var connection = await platform.OpenConnectionAsync(cancellation);
        return await Find(connection, null, task, cancellation);
    }

    /// <summary>Completes the task in a transaction.</summary>
    /// <returns>Null where it is completed now, and else what it had been completed with.</returns>
    public static async Task<(TaskCompletion Earlier, PostgresException Error)?> Write(
        NpgsqlTransaction transaction, Guid task, int attempt, string? result, CancellationToken cancellation)
    {
        var connection = transaction.Connection ?? throw new ArgumentException("The transaction has ended.", nameof(transaction));
        // The savepoint lets the earlier result be read where it is: in this database, with this connection's rights.
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("SAVEPOINT " + Savepoint),
                new(CompleteSql)
                {
                    Parameters =
                    {
                        new() { Value = task }, new() { Value = attempt }, new() { Value = (object?)result ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
                    },
                },
                new("RELEASE SAVEPOINT " + Savepoint),
            },
        };
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
            return null;
        }
        catch (PostgresException error) when (error is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: PrimaryKey })
        {
            await transaction.RollbackAsync(Savepoint, cancellation);
            return (await Find(connection, transaction, task, cancellation) ?? new TaskCompletion(null), error);
        }
    }

    private static async Task<TaskCompletion?> Find(NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid task, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(FindSql, connection, transaction) { Parameters = { new() { Value = task } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new TaskCompletion(await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetString(0)) : null;
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TaskCompletions).Assembly.GetManifestResourceStream($"Buildify.Worker.Execution.{name}.sql")!);
        return reader.ReadToEnd();
    }
}
