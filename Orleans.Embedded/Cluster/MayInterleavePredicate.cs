using System.Reflection;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The method that <see cref="MayInterleaveAttribute"/> names.</summary>
internal sealed class MayInterleavePredicate
{
    private readonly Func<object, IInvokable, bool> _method;

    private MayInterleavePredicate(Func<object, IInvokable, bool> method) => _method = method;

    public static MayInterleavePredicate? Of(Type grainClass)
    {
        if (grainClass.GetCustomAttribute<MayInterleaveAttribute>() is not { } attribute)
        {
            return null;
        }

        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy;
        var method = grainClass.GetMethod(attribute.CallbackMethodName, Any, [typeof(IInvokable)]);
        if (method?.ReturnType != typeof(bool))
        {
            throw new InvalidOperationException(
                $"[MayInterleave] on {grainClass} names {attribute.CallbackMethodName}, but the class has no such method from IInvokable to bool.");
        }

        if (method.IsStatic)
        {
            var function = method.CreateDelegate<Func<IInvokable, bool>>();
            return new((_, request) => function(request));
        }

        return new((grain, request) => (bool)method.Invoke(grain, [request])!);
    }

    /// <summary>A timer's tick is nothing that the method knows, so it says nothing of it.</summary>
    public bool Invoke(object grain, IInvokable? request) => request is not null && _method(grain, request);
}
