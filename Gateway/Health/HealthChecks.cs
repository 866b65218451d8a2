using System.Collections.Concurrent;
using System.Collections.Immutable;
using Buildify.Directories;
using Buildify.Gateway.Problems;
using Buildify.Health;
using Buildify.Hosting.Management;
using Buildify.Modules;

namespace Buildify.Gateway.Health;

/// <summary>Asks everything that the platform consists of how it is, within 2 seconds each and all at once.</summary>
internal sealed class HealthChecks(IGrainFactory grains, Microservices microservices, TimeProvider time)
{
    private static readonly ImmutableSortedDictionary<string, HealthCheck> None =
        ImmutableSortedDictionary.Create<string, HealthCheck>(StringComparer.Ordinal);

    public async Task<HealthReport> Check(CancellationToken cancellation)
    {
        var modules = CheckModules(cancellation);
        var readiness = await Readiness.Check(grains, time, cancellation);
        var checks = await modules;
        return HealthReport.Of(checks.SetItem(HealthReport.Postgres, readiness.Postgres).SetItem(HealthReport.Cluster, readiness.Cluster));
    }

    /// <summary>Null where the module is not installed.</summary>
    public async Task<HealthCheck?> CheckModule(string name, CancellationToken cancellation)
    {
        var module = await grains.GetGrain<IModuleGrain>(GrainKeys.Module(name)).Get().WaitAsync(Readiness.Limit, time, cancellation);
        if (module is null) return null;
        if (module.State == ModuleState.Failed) return new HealthCheck(HealthStatus.Unhealthy, 0, module.Error);
        if (module.Backend.Address is { } address) return await microservices.Check(address, cancellation);
        return await grains.GetGrain<IModuleGrain>(GrainKeys.Module(name)).HasCode().WaitAsync(Readiness.Limit, time, cancellation)
            ? await grains.GetGrain<IHealthGrain>(GrainKeys.Platform).AskModule(name).WaitAsync(Readiness.Limit, time, cancellation)
            : new HealthCheck(HealthStatus.Healthy, 0, Error: null);
    }

    // No modules where they cannot be asked for: that the cluster or the database is away is told by those checks.
    private async Task<ImmutableSortedDictionary<string, HealthCheck>> CheckModules(CancellationToken cancellation)
    {
        try
        {
            var stored = await grains.GetGrain<IHealthGrain>(GrainKeys.Platform).CheckModules().WaitAsync(Readiness.Limit, time, cancellation);
            var found = new ConcurrentDictionary<string, HealthCheck>(stored, StringComparer.Ordinal);
            var addresses = await Addresses(cancellation);
            await Parallel.ForEachAsync(addresses, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation },
                async (module, token) => found[module.Name] = await microservices.Check(module.Address, token));
            return None.AddRange(found);
        }
        catch (Exception error) when (ProblemOfException.IsAway(error))
        {
            return None;
        }
    }

    private async Task<List<(string Name, string Address)>> Addresses(CancellationToken cancellation)
    {
        var found = new List<(string, string)>();
        var directory = grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform);
        for (var page = new PageRequest(PageRequest.MaxLimit); ;)
        {
            var outcome = await directory.Modules(page).WaitAsync(Readiness.Limit, time, cancellation);
            if (outcome.Value is not { } modules) return found;
            found.AddRange(from module in modules.Items
                           where module.State == ModuleState.Installed && module.Backend.Address is not null
                           select (module.Name, module.Backend.Address));
            if (modules.NextCursor is null) return found;
            page = page with { Cursor = modules.NextCursor };
        }
    }
}
