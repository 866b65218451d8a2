using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// Constructs the grains of one class: states for the parameters marked so, the context where it is asked for, services for the rest.
/// The services are those of a scope of the activation's own, which is made only if the constructor wants any.
/// </summary>
internal sealed class GrainActivator
{
    private readonly ObjectFactory _factory;
    private readonly (Type Type, Func<Activation, object> Make)[] _own;
    private readonly bool _wantsServices;

    public GrainActivator(Type grainClass, Silo silo)
    {
        var constructor = grainClass.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()
            ?? throw new InvalidOperationException($"{grainClass} has no public constructor.");
        var parameters = constructor.GetParameters();
        _own = [.. parameters.Select(p => (p.ParameterType, Make: OwnArgument(p))).Where(p => p.Make is not null)!];
        _wantsServices = _own.Length < parameters.Length;
        _factory = ActivatorUtilities.CreateFactory(grainClass, [.. _own.Select(p => p.Type)]);
        Silo = silo;
    }

    private Silo Silo { get; }

    public object Create(Activation activation)
    {
        var arguments = Array.ConvertAll(_own, own => own.Make(activation));
        return _factory(_wantsServices ? activation.ActivationServices : Silo.Services, arguments);
    }

    private static Func<Activation, object>? OwnArgument(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(IGrainContext))
        {
            return activation => activation;
        }

        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is not { } state)
        {
            return null;
        }

        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException(
                $"Parameter '{parameter.Name}' of {parameter.Member.DeclaringType} has [PersistentState], so it must be an IPersistentState<T>.");
        }

        var make = typeof(GrainActivator).GetMethod(nameof(NewState), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<Activation, IPersistentStateConfiguration, object>>();
        return activation => make(activation, state);
    }

    private static IPersistentState<T> NewState<T>(Activation activation, IPersistentStateConfiguration configuration) =>
        activation.Silo.States.Create<T>(activation, configuration);
}
