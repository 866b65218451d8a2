namespace Buildify.Tasks;

/// <summary>Thrown by a handler whose operation was refused; the task is tried again.</summary>
public sealed class RefusedOperationException : Exception
{
    public RefusedOperationException()
    {
    }

    public RefusedOperationException(string message) : base(message)
    {
    }

    public RefusedOperationException(string message, Exception inner) : base(message, inner)
    {
    }
}

public static class FailureExceptions
{
    /// <summary>
    /// What a task's handler throws where an operation was refused: <see cref="PermanentFailureException"/> where the same call is refused again
    /// whenever it comes, else <see cref="RefusedOperationException"/>.
    /// </summary>
    public static Exception ToException(this Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var errors = string.Concat(failure.Errors.Select(error => $" {error.Field} {error.Message}."));
        var message = $"{failure.Code}: {failure.Detail}{errors}";
        return failure.Code is FailureCodes.Invalid or FailureCodes.NotFound or FailureCodes.AlreadyExists
            ? new PermanentFailureException(message)
            : new RefusedOperationException(message);
    }
}
