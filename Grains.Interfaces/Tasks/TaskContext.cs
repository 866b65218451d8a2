using Buildify.Databases;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>What a handler knows of the attempt that it runs, and how it tells what it does.</summary>
public abstract class TaskContext
{
    public abstract Guid Id { get; }

    /// <summary>As in <see cref="TaskTypeAttribute.Name"/>.</summary>
    public abstract string Type { get; }

    public abstract string Queue { get; }

    /// <summary>Whose the task is; empty for the platform's own.</summary>
    public abstract string Tenant { get; }

    /// <summary>From 1; it goes on counting where a dead task is retried by hand.</summary>
    public abstract int Attempt { get; }

    public abstract int MaxAttempts { get; }

    public abstract string? CorrelationId { get; }

    /// <summary>Cancelled when somebody cancels the task, when its time is up, and when the worker has to leave.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>Says how far it is; the last word within a second is what people see.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="message">At most 200 characters are kept.</param>
    public abstract void Report(double fraction, string? message = null);

    /// <summary>
    /// Writes into the handler's own transaction that the task is done: when that commits, the task is done, whatever dies afterwards.
    /// The handler commits, and then returns the same result.
    /// </summary>
    /// <exception cref="TaskCompletedException">An earlier run completed it; let it pass, and dispose the transaction.</exception>
    public abstract Task Complete<TResult>(NpgsqlTransaction transaction, TResult result, CancellationToken cancellation = default);

    /// <inheritdoc cref="Complete{TResult}(NpgsqlTransaction, TResult, CancellationToken)"/>
    public Task Complete<TResult>(TenantSession session, TResult result, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return Complete(session.Transaction, result, cancellation);
    }

    /// <summary>
    /// Runs what depends on something that may be down, behind a circuit breaker of that name. While the circuit is open the task is
    /// put off without using up an attempt.
    /// </summary>
    /// <param name="dependency">As <c>smtp</c> or the host's name; every task of the worker that names it shares the breaker.</param>
    public abstract Task<T> Through<T>(string dependency, Func<CancellationToken, Task<T>> call);
}
