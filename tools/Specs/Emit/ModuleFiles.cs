using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>What the module's own project is made of: routes, the clients of what it consumes, its settings, and what the hosts know it by.</summary>
internal sealed class ModuleFiles
{
    private readonly ModuleSpec _module;
    private readonly CSharpTypes _types;
    private readonly Signatures _signatures;

    public ModuleFiles(ModuleSpec module)
    {
        _module = module;
        _types = new CSharpTypes(module);
        _signatures = new Signatures(_types);
    }

    public IEnumerable<(string File, string Text)> Write()
    {
        foreach (var domain in Routed())
        {
            yield return ($"{RoutesSource.ClassOf(domain)}.g.cs",
                CSharpFile.Of(_module, domain.Name, source => new RoutesSource(_module, _types, _signatures).Write(source, domain)));
        }
        foreach (var service in _module.Consumes.GroupBy(consumed => consumed.Service))
        {
            yield return ($"{Names.Pascal(service.Key)}Client.g.cs",
                CSharpFile.Of(_module, "manifest", source => new ClusterClientSource(_types, _signatures).Write(source, [.. service])));
        }
        if (new TaskHandlerSource(_module, _types) is { Handled.IsEmpty: false } handlers) yield return ("TaskHandlers.g.cs", CSharpFile.Of(_module, "tasks", handlers.Write));
        if (new EventHandlerSource(_module, _types) is { Handled.IsEmpty: false } subscribers) yield return ("EventHandlers.g.cs", CSharpFile.Of(_module, "all domains", subscribers.Write));
        if (new PublishedSource(_module, _types) is { Published.IsEmpty: false } published) yield return ($"{_module.Namespace}Events.g.cs", CSharpFile.Of(_module, "all domains", published.Write));
        if (!_module.Settings.IsEmpty) yield return ($"{_module.Namespace}Settings.g.cs", CSharpFile.Of(_module, "manifest.json", WriteSettings));
        yield return ($"{_module.Namespace}Module.g.cs", CSharpFile.Of(_module, "manifest.json", WriteModule));
    }

    /// <summary>The platform's own: routes alone.</summary>
    public IEnumerable<(string File, string Text)> WriteRoutes()
    {
        foreach (var domain in Routed())
        {
            yield return ($"{RoutesSource.ClassOf(domain)}.g.cs",
                CSharpFile.Of(_module, domain.Name, source => new RoutesSource(_module, _types, _signatures).Write(source, domain)));
        }
        yield return ("ContractRoutes.g.cs", CSharpFile.Of(_module, "all domains", source =>
        {
            source.Doc("The platform's own routes, from Gateway/Contract/spec.");
            source.Line("internal static class ContractRoutes").Block(() => source.Line("public static void Map(IOperationMap routes)").Block(() =>
            {
                foreach (var domain in Routed()) source.Line($"{RoutesSource.ClassOf(domain)}.Map(routes);");
            }));
        }));
    }

    private IEnumerable<DomainSpec> Routed() => _module.Domains.Where(domain => domain.Operations.Any(operation => operation.Rest is not null));

    private void WriteSettings(Source source)
    {
        var name = $"{_module.Namespace}Settings";
        source.Doc($"The configuration of {_module.DisplayName} as it holds for one company.");
        source.Line($"public sealed record {name}").Block(() =>
        {
            source.Spaced(_module.Settings, setting => WriteSetting(source, setting));
            source.Line();
            source.Doc("The three tiers in one; fails where the module is off for the company.");
            source.Line($"public static ValueTask<Outcome<{name}>> Of(IGrainFactory grains, string tenant, string company) =>");
            source.Line($"    ModuleSettings.Read<{name}>(grains, {Names.Quote(_module.Name)}, tenant, company);");
        });
    }

    private void WriteSetting(Source source, FieldSpec setting)
    {
        var name = Names.Pascal(setting.Name);
        source.Doc(setting.Summary);
        if (Names.Json(name) != setting.Name) source.Line($"[JsonPropertyName({Names.Quote(setting.Name)})]");
        // A tier may leave out anything, so what has no default may be null.
        var value = _types.Default(setting);
        source.Line($"public {_types.Of(setting.Type)}{(value is null ? "?" : "")} {name} {{ get; init; }}{(value is null ? "" : $" = {value};")}");
    }

    private void WriteModule(Source source)
    {
        var space = _module.Namespace;
        source.Doc($"{_module.DisplayName}, as the hosts know it.");
        source.Line($"public sealed class {space}Module : ModuleDefinition").Block(() =>
        {
            source.Line($"public override string Name => {Names.Quote(_module.Name)};").Line();
            source.Line($"public override string ApiPrefix => {Names.Quote(_module.ApiPrefix)};").Line();
            source.Line($"public override string Version => {Names.Quote(_module.Version)};").Line();
            source.Line("public override void MapRoutes(IOperationMap routes)").Block(() =>
            {
                foreach (var domain in Routed()) source.Line($"{RoutesSource.ClassOf(domain)}.Map(routes);");
            });
            source.Line();
            source.Line("public override void AddServices(IServiceCollection services)").Block(() => source.Line($"services.AddSingleton<{space}Database>();"));
        });
        source.Line();
        source.Doc($"The tables of {_module.DisplayName}, by a role of its own, one tenant at a time.");
        source.Line($"public sealed class {space}Database(ModuleDatabases databases) : ModuleDatabase(databases, {Names.Quote(_module.Name)});").Line();
        source.Doc("Runs the module's hooks where its code is.");
        source.Line($"[GrainType({Names.Quote($"{_module.Name}-hooks")})]");
        source.Line($"internal sealed class {space}HooksGrain(IServiceProvider services) : ModuleHooksGrain<{space}Module>(services);").Line();
        source.Doc("Runs the module's handlers of events where its code is.");
        source.Line($"[GrainType({Names.Quote($"{_module.Name}-events")}), Reentrant, StatelessWorker]");
        source.Line($"internal sealed class {space}EventsGrain(IServiceProvider services) : EventHandlersGrain<{space}Module>(services);");
    }
}
