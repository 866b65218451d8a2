using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What a result is when there is none.</summary>
internal readonly struct Nothing;

/// <summary>A method of a grain interface: what its attributes say, and how it is called on a grain.</summary>
internal abstract class GrainMethod
{
    private protected GrainMethod(MethodInfo method, Type interfaceType, GrainInterfaceType interfaceName)
    {
        Method = method;
        InterfaceType = interfaceType;
        InterfaceName = interfaceName;
        IsOneWay = method.ReturnType == typeof(void) || method.IsDefined(typeof(OneWayAttribute));
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        TokenIndex = Array.FindIndex(method.GetParameters(), p => p.ParameterType == typeof(CancellationToken));
        Signature = $"{interfaceName}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})";
    }

    public MethodInfo Method { get; }

    public Type InterfaceType { get; }

    public GrainInterfaceType InterfaceName { get; }

    public bool IsOneWay { get; }

    public bool IsReadOnly { get; }

    public bool AlwaysInterleaves { get; }

    public TimeSpan? ResponseTimeout { get; }

    /// <summary>Which parameter is the cancellation token; -1: none.</summary>
    public int TokenIndex { get; }

    /// <summary>The method as messages name it.</summary>
    public string Signature { get; }
}

/// <typeparam name="TArguments">The parameters as a tuple, without the cancellation token.</typeparam>
/// <typeparam name="TResult">What the task gives; <see cref="Nothing"/> if it gives nothing.</typeparam>
internal sealed class GrainMethod<TArguments, TResult>(MethodInfo method, Type interfaceType, GrainInterfaceType interfaceName)
    : GrainMethod(method, interfaceType, interfaceName)
{
    private Func<object, TArguments, CancellationToken, object?>? _invoke;

    /// <summary>
    /// Compiled at the first call and not at start: an application has many methods and a run uses few. Gives a <see cref="Task"/>, or
    /// what a stream method returned.
    /// </summary>
    public Func<object, TArguments, CancellationToken, object?> Invoke =>
        _invoke ??= MethodInvoker.Compile<TArguments>(Method, InterfaceType, TokenIndex);
}
