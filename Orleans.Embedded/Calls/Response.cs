using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

/// <summary>How a request went. Calls without filters do not make one.</summary>
public abstract class Response : IDisposable
{
    public static Response Completed { get; } = new Response<object?>();

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromResult<TResult>(TResult value) => new Response<TResult> { TypedResult = value };

    public static Response FromException(Exception exception) => new ExceptionResponse { Exception = exception };

    public abstract T GetResult<T>();

    public void Dispose() => GC.SuppressFinalize(this);

    public override string ToString() => Exception?.ToString() ?? Result?.ToString() ?? "[null]";
}

/// <summary>It returned.</summary>
public sealed class Response<TResult> : Response
{
    public TResult? TypedResult { get; set; }

    public override object? Result
    {
        get => TypedResult;
        set => TypedResult = (TResult?)value;
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException("A response that holds a result cannot hold an exception.");
    }

    public override T GetResult<T>() => TypedResult is T typed ? typed : (T)(object?)TypedResult!;
}

/// <summary>It threw.</summary>
public sealed class ExceptionResponse : Response
{
    public override Exception? Exception { get; set; }

    public override object? Result
    {
        get => GetResult<object?>();
        set => throw new InvalidOperationException("A response that holds an exception cannot hold a result.");
    }

    public override T GetResult<T>()
    {
        ExceptionDispatchInfo.Throw(Exception!);
        return default!;
    }
}
