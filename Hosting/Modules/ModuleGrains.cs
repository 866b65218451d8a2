using Orleans.Configuration;

namespace Buildify.Hosting.Modules;

/// <summary>Which modules' grains a silo hosts.</summary>
public static class ModuleGrains
{
    /// <summary>Leaves out the grains of modules that the process was built with and does not serve.</summary>
    public static ISiloBuilder ServeOnly(this ISiloBuilder silo, HostedModules modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        var left = modules.Built.Except(modules.Served).Select(module => module.Assembly).ToHashSet();
        if (left.Count > 0) silo.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => left.Contains(type.Assembly)));
        return silo;
    }
}
