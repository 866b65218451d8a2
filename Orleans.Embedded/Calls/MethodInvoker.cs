using System.Linq.Expressions;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Compiles the call of an interface method on a grain, with its arguments taken from a tuple.</summary>
internal static class MethodInvoker
{
    public static Func<object, TArguments, CancellationToken, object?> Compile<TArguments>(MethodInfo method, Type interfaceType, int tokenIndex)
    {
        var target = Expression.Parameter(typeof(object), "target");
        var arguments = Expression.Parameter(typeof(TArguments), "arguments");
        var token = Expression.Parameter(typeof(CancellationToken), "token");

        var passed = new List<Expression>();
        var parameters = method.GetParameters();
        for (int i = 0, item = 0; i < parameters.Length; i++)
        {
            passed.Add(i == tokenIndex ? token : ArgumentTuple.Item(arguments, item++));
        }

        var call = Expression.Call(Expression.Convert(target, interfaceType), method, passed);
        return Expression.Lambda<Func<object, TArguments, CancellationToken, object?>>(AsObject(call), target, arguments, token).Compile();
    }

    private static Expression AsObject(MethodCallExpression call)
    {
        var type = call.Type;
        if (type == typeof(void))
        {
            return Expression.Block(call, Expression.Constant(Task.CompletedTask, typeof(object)));
        }

        return type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? Expression.Call(call, nameof(ValueTask.AsTask), null)
            : call;
    }
}
