using System.Collections.Concurrent;
using System.Reflection;

namespace Buildify.Gateway.Fakes;

/// <summary>
/// Grains whose answers a test writes down, method by method, and which remember how they were called. What no test wrote an answer
/// for throws: nothing is answered by accident.
/// </summary>
public sealed class FakeGrains
{
    private readonly ConcurrentDictionary<(Type Grain, string Method), Func<string, object?[], object?>> _answers = new();

    public FakeGrains()
    {
        Factory = DispatchProxy.Create<IGrainFactory, FactoryProxy>();
        ((FactoryProxy)(object)Factory).Grains = this;
    }

    public IGrainFactory Factory { get; }

    public ConcurrentQueue<FakeCall> Calls { get; } = new();

    /// <param name="answer">From the grain's key and the arguments; a task, also where the method returns a ValueTask.</param>
    public FakeGrains On<TGrain>(string method, Func<string, object?[], object?> answer)
    {
        _answers[(typeof(TGrain), method)] = answer;
        return this;
    }

    public IEnumerable<FakeCall> CallsOf<TGrain>(string method) => Calls.Where(call => call.Grain == typeof(TGrain) && call.Method == method);

    private object? Answer(Type grain, string key, MethodInfo method, object?[] arguments)
    {
        Calls.Enqueue(new(grain, key, method.Name, arguments, Diagnostics.CallContext.CorrelationId, Diagnostics.CallContext.TraceParent));
        return _answers.TryGetValue((grain, method.Name), out var answer)
            ? answer(key, arguments)
            : throw new NotSupportedException($"No answer is written down for {grain.Name}.{method.Name}.");
    }

    public class FactoryProxy : DispatchProxy
    {
        public FakeGrains Grains { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var create = typeof(DispatchProxy).GetMethod(nameof(DispatchProxy.Create), 2, [])!;
            var grain = targetMethod!.GetGenericArguments()[0];
            var proxy = create.MakeGenericMethod(grain, typeof(GrainProxy)).Invoke(null, null)!;
            ((GrainProxy)proxy).Call = (method, arguments) => Grains.Answer(grain, args![0]!.ToString()!, method, arguments);
            return proxy;
        }
    }

    public class GrainProxy : DispatchProxy
    {
        public Func<MethodInfo, object?[], object?> Call { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = Call(targetMethod!, args ?? []);
            var type = targetMethod!.ReturnType;
            return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>) ? Activator.CreateInstance(type, answer) : answer;
        }
    }
}

public sealed record FakeCall(Type Grain, string Key, string Method, object?[] Arguments, string? CorrelationId, string? TraceParent);
