using System.Linq.Expressions;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>
/// A method's arguments as one value tuple, so that a call needs no array and boxes nothing. From the eighth on they nest, as value
/// tuples do.
/// </summary>
internal static class ArgumentTuple
{
    private const int Nested = 7;

    private static readonly Type[] Definitions =
    [
        typeof(ValueTuple), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>),
        typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>), typeof(ValueTuple<,,,,,,,>),
    ];

    public static Type TypeOf(ReadOnlySpan<Type> types) => types.Length switch
    {
        0 => typeof(ValueTuple),
        <= Nested => Definitions[types.Length].MakeGenericType(types.ToArray()),
        _ => Definitions[^1].MakeGenericType([.. types[..Nested], TypeOf(types[Nested..])]),
    };

    public static Expression Item(Expression tuple, int index) => index < Nested
        ? Expression.Field(tuple, $"Item{index + 1}")
        : Item(Expression.Field(tuple, "Rest"), index - Nested);

    /// <summary>The same tuple with one item replaced. Slow, and only for filters that change arguments.</summary>
    public static object With(object tuple, int index, object? value)
    {
        var inner = index >= Nested;
        var field = tuple.GetType().GetField(inner ? "Rest" : $"Item{index + 1}")!;
        field.SetValue(tuple, inner ? With(field.GetValue(tuple)!, index - Nested, value) : value);
        return tuple;
    }

    /// <summary>Leaves the tuple of these arguments on the stack.</summary>
    public static void EmitNew(ILGenerator il, ReadOnlySpan<int> arguments, ReadOnlySpan<Type> types)
    {
        var tuple = TypeOf(types);
        if (types.Length == 0)
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(tuple));
            return;
        }

        var inner = types.Length > Nested;
        foreach (var argument in inner ? arguments[..Nested] : arguments)
        {
            il.Emit(OpCodes.Ldarg, (short)argument);
        }

        if (inner)
        {
            EmitNew(il, arguments[Nested..], types[Nested..]);
        }

        il.Emit(OpCodes.Newobj, tuple.GetConstructor(tuple.GetGenericArguments())!);
    }
}
