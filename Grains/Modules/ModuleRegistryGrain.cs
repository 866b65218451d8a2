using Buildify.Idempotency;
using Buildify.Modules.Manifests;
using Npgsql;

namespace Buildify.Modules;

[GrainType("module-registry")]
internal sealed class ModuleRegistryGrain(NpgsqlDataSource database) : Grain, IModuleRegistryGrain
{
    public async Task<Outcome<Registration>> Register(JsonText manifest, ModuleSource source, Caller caller, IdempotencyStamp? stamp)
    {
        var read = await ManifestReader.Read(manifest);
        if (!read.Succeeded) return read.Failure;

        if (ApiPrefixes.Check(read.Value.Name, read.Value.Backend.ApiPrefix, await ApiPrefixes.Load(database)) is { } taken)
        {
            return Failure.Invalid(taken);
        }
        var module = new ModuleNode(read.Value.Name, read.Value.Version.ToString(), read.Value.DependsOn);
        var cycle = Dependencies.CycleThrough(module, await ModuleGraph.Load(database));
        if (!cycle.IsEmpty)
        {
            return Failure.Invalid(new FieldError($"depends_on.{cycle[1]}", $"closes a cycle: {string.Join(" needs ", cycle)}"));
        }
        return await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(module.Name)).Register(manifest, source, caller, stamp);
    }
}
