using System.Collections.Concurrent;
using System.Linq.Expressions;

namespace Orleans.Runtime;

/// <summary>Makes references that can be called, one class for each grain interface, built when the interface is first used.</summary>
internal static class ProxyFactory
{
    private static readonly ConcurrentDictionary<Type, Func<CallOrigin, GrainId, GrainProxy>> Factories = new();

    public static GrainProxy Create(Type interfaceType, CallOrigin origin, GrainId grainId) =>
        Factories.GetOrAdd(interfaceType, Compile)(origin, grainId);

    private static Func<CallOrigin, GrainId, GrainProxy> Compile(Type interfaceType)
    {
        if (!interfaceType.IsInterface)
        {
            throw new ArgumentException($"{interfaceType} is not an interface, so it cannot be called on a grain.", nameof(interfaceType));
        }

        var name = GrainTypeNames.OfInterface(interfaceType);
        var type = ProxyEmitter.Emit(interfaceType, name);
        var origin = Expression.Parameter(typeof(CallOrigin));
        var grainId = Expression.Parameter(typeof(GrainId));
        var constructor = type.GetConstructor([typeof(CallOrigin), typeof(GrainId), typeof(GrainInterfaceType)])!;
        return Expression.Lambda<Func<CallOrigin, GrainId, GrainProxy>>(
            Expression.New(constructor, origin, grainId, Expression.Constant(name)), origin, grainId).Compile();
    }
}
