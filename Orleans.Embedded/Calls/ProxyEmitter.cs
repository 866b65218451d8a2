using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>
/// Writes the class behind a grain interface. Each method packs its arguments into a tuple and hands them to <see cref="GrainProxy"/>.
/// Rejected: <see cref="DispatchProxy"/>, which boxes every argument and result, and a source generator, which would be a second project
/// and a package for what is a page of IL.
/// </summary>
internal static class ProxyEmitter
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Opened = [];

    private static readonly AssemblyBuilder Assembly =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Orleans.Embedded.Proxies"), AssemblyBuilderAccess.Run);

    private static readonly ModuleBuilder Module = Assembly.DefineDynamicModule("Proxies");

    private static int _count;

    public static Type Emit(Type interfaceType, GrainInterfaceType interfaceName)
    {
        // A module builder is not thread-safe.
        lock (Gate)
        {
            Open(typeof(GrainProxy));
            Open(interfaceType);
            var builder = Module.DefineType($"{interfaceType.Name}_{++_count}", TypeAttributes.Sealed | TypeAttributes.Public, typeof(GrainProxy));
            builder.AddInterfaceImplementation(interfaceType);
            EmitConstructor(builder);

            var methods = new List<(string Field, GrainMethod Method)>();
            foreach (var (owner, method) in MethodsOf(interfaceType))
            {
                Open(owner);
                EmitMethod(builder, owner, method, interfaceName, methods);
            }

            var type = builder.CreateType();
            foreach (var (field, method) in methods)
            {
                type.GetField(field)!.SetValue(null, method);
            }

            return type;
        }
    }

    private static IEnumerable<(Type Owner, MethodInfo Method)> MethodsOf(Type interfaceType) =>
        from owner in interfaceType.GetInterfaces().Prepend(interfaceType)
        from method in owner.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        where method.IsVirtual && !method.IsFinal
        select (owner, method);

    private static void EmitConstructor(TypeBuilder builder)
    {
        Type[] parameters = [typeof(CallOrigin), typeof(GrainId), typeof(GrainInterfaceType)];
        var il = builder.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, typeof(GrainProxy).GetConstructor(BindingFlags.NonPublic | BindingFlags.Instance, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitMethod(
        TypeBuilder builder, Type owner, MethodInfo method, GrainInterfaceType interfaceName, List<(string Field, GrainMethod Method)> methods)
    {
        var parameters = method.GetParameters();
        var types = Array.ConvertAll(parameters, p => p.ParameterType);
        var body = builder.DefineMethod(
            $"{owner.FullName}.{method.Name}", MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig);
        var il = body.GetILGenerator();
        if (method.IsGenericMethodDefinition)
        {
            EmitRefusal(body, method, il);
        }
        else
        {
            body.SetSignature(
                method.ReturnType, method.ReturnParameter.GetRequiredCustomModifiers(), null, types,
                Array.ConvertAll(parameters, p => p.GetRequiredCustomModifiers()), null);
            EmitSend(builder, owner, method, types, interfaceName, methods, il);
        }

        builder.DefineMethodOverride(body, method);
    }

    private static void EmitSend(
        TypeBuilder builder, Type owner, MethodInfo method, Type[] types, GrainInterfaceType interfaceName,
        List<(string Field, GrainMethod Method)> methods, ILGenerator il)
    {
        var token = Array.IndexOf(types, typeof(CancellationToken));
        var sent = Enumerable.Range(0, types.Length).Where(i => i != token).ToArray();
        var sentTypes = Array.ConvertAll(sent, i => types[i]);
        var arguments = ArgumentTuple.TypeOf(sentTypes);
        var (send, result) = SenderFor(method.ReturnType, method);
        var description = typeof(GrainMethod<,>).MakeGenericType(arguments, result);
        var field = builder.DefineField($"_{methods.Count}", description, FieldAttributes.Public | FieldAttributes.Static);
        methods.Add((field.Name, (GrainMethod)Activator.CreateInstance(description, method, owner, interfaceName)!));

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, field);
        ArgumentTuple.EmitNew(il, Array.ConvertAll(sent, i => i + 1), sentTypes);
        if (token >= 0)
        {
            il.Emit(OpCodes.Ldarg, (short)(token + 1));
        }
        else
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(typeof(CancellationToken)));
        }

        il.Emit(OpCodes.Call, send.MakeGenericMethod(send.GetGenericArguments().Length == 1 ? [arguments] : [arguments, result]));
        il.Emit(OpCodes.Ret);
    }

    private static (MethodInfo Send, Type Result) SenderFor(Type returned, MethodInfo method)
    {
        static MethodInfo Named(string name) => typeof(GrainProxy).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Instance)!;

        if (returned == typeof(Task))
        {
            return (Named(nameof(GrainProxy.SendTask)), typeof(Nothing));
        }

        if (returned == typeof(ValueTask))
        {
            return (Named(nameof(GrainProxy.SendValueTask)), typeof(Nothing));
        }

        if (returned == typeof(void))
        {
            return (Named(nameof(GrainProxy.SendVoid)), typeof(Nothing));
        }

        var name = returned.IsGenericType ? returned.GetGenericTypeDefinition() switch
        {
            var t when t == typeof(Task<>) => nameof(GrainProxy.SendTaskOf),
            var t when t == typeof(ValueTask<>) => nameof(GrainProxy.SendValueTaskOf),
            var t when t == typeof(IAsyncEnumerable<>) => nameof(GrainProxy.Enumerate),
            _ => null,
        } : null;
        return name is null
            ? throw new InvalidOperationException($"{method.DeclaringType}.{method.Name} returns {returned}, which a grain method cannot.")
            : (Named(name), returned.GetGenericArguments()[0]);
    }

    private static void EmitRefusal(MethodBuilder body, MethodInfo method, ILGenerator il)
    {
        var generics = method.GetGenericArguments();
        var own = body.DefineGenericParameters(Array.ConvertAll(generics, g => g.Name));
        Type Mapped(Type type) => !type.ContainsGenericParameters ? type
            : type.IsGenericMethodParameter ? own[type.GenericParameterPosition]
            : type.IsArray ? Mapped(type.GetElementType()!).MakeArrayType()
            : type.GetGenericTypeDefinition().MakeGenericType(Array.ConvertAll(type.GetGenericArguments(), Mapped));

        for (var i = 0; i < own.Length; i++)
        {
            own[i].SetGenericParameterAttributes(generics[i].GenericParameterAttributes);
            var constraints = generics[i].GetGenericParameterConstraints();
            own[i].SetInterfaceConstraints([.. constraints.Where(c => c.IsInterface).Select(Mapped)]);
            if (constraints.FirstOrDefault(c => !c.IsInterface) is { } @base)
            {
                own[i].SetBaseTypeConstraint(Mapped(@base));
            }
        }

        body.SetReturnType(Mapped(method.ReturnType));
        body.SetParameters(Array.ConvertAll(method.GetParameters(), p => Mapped(p.ParameterType)));
        il.Emit(OpCodes.Ldstr, $"{method.DeclaringType}.{method.Name} is a generic method: the embedded runtime does not send those.");
        il.Emit(OpCodes.Newobj, typeof(NotSupportedException).GetConstructor([typeof(string)])!);
        il.Emit(OpCodes.Throw);
    }

    /// <summary>
    /// Lets the proxies see an assembly's internal types. The attribute is looked up by its name and need not be a known type; the
    /// runtime reads it each time it checks, so assemblies can be added as they come.
    /// </summary>
    private static void Open(Type type)
    {
        foreach (var argument in type.IsGenericType ? type.GetGenericArguments() : [])
        {
            Open(argument);
        }

        if (type.Assembly.GetName().Name is { } name && Opened.Add(name))
        {
            Assembly.SetCustomAttribute(new CustomAttributeBuilder(
                typeof(System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!, [name]));
        }
    }
}
