using System.Reflection;
using Buildify.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Modules;

/// <summary>
/// A module of this build, as the hosts know it. The one class of a module that derives from this is written from its specs; a host's
/// build lists them by the folders that are there.
/// </summary>
public abstract class ModuleDefinition
{
    /// <summary>As in the manifest.</summary>
    public abstract string Name { get; }

    /// <summary>A semantic version, as in the manifest.</summary>
    public abstract string Version { get; }

    /// <summary>As <c>/api/v1/financial</c>.</summary>
    public abstract string ApiPrefix { get; }

    /// <summary>The grains, hooks and routes are in this assembly.</summary>
    public Assembly Assembly => GetType().Assembly;

    /// <summary>Maps the routes from the specs.</summary>
    public virtual void MapRoutes(IOperationMap routes)
    {
    }

    /// <summary>What the module's grains ask for in their constructors.</summary>
    public virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>The classes of the module's own that derive from a type of the kit.</summary>
    public IEnumerable<Type> Find<T>() => Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(T).IsAssignableFrom(type));
}

/// <summary>Routes that are written by hand, in a module's one <c>Api.cs</c>, where specs cannot say what is wanted.</summary>
public interface IModuleApi
{
    void Map(IOperationMap routes);
}

/// <summary>Services that a module's grains want beside its database.</summary>
public interface IModuleServices
{
    void Add(IServiceCollection services);
}
