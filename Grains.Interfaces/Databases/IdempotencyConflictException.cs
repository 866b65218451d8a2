namespace Buildify.Databases;

/// <summary>The request's <c>Idempotency-Key</c> was used by another one that committed first: <see cref="FailureCodes.IdempotencyConflict"/>.</summary>
[GenerateSerializer, Alias("buildify.idempotency-conflict")]
public sealed class IdempotencyConflictException : InvalidOperationException
{
    public IdempotencyConflictException()
    {
    }

    public IdempotencyConflictException(string message) : base(message)
    {
    }

    public IdempotencyConflictException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>As a value, for a grain whose answer is an <see cref="Outcome{T}"/>.</summary>
    public Failure ToFailure() => new(FailureCodes.IdempotencyConflict, Message);
}
