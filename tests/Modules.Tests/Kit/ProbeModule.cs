using System.Collections.Concurrent;
using Buildify.Operations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Modules.Kit;

/// <summary>A module of the tests' own: what it is to do wrong is said by the test.</summary>
public sealed class ProbeModule : ModuleDefinition
{
    public override string Name => "probe";

    public override string Version => "1.0.0";

    public override string ApiPrefix => "/api/v1/probe";

    /// <summary>Thrown where the module registers its services; null for nothing.</summary>
    public static string? FailsAtStart { get; set; }

    public override void AddServices(IServiceCollection services)
    {
        if (FailsAtStart is { } reason) throw new InvalidOperationException(reason);
    }

    public override void MapRoutes(IOperationMap routes) => routes.Map(
        new Operation("look", "GET", "") { Scope = OperationScope.Tenant, Tags = ["Probe"] },
        _ => Task.FromResult<IResult>(TypedResults.Ok()));
}

/// <summary>Remembers its calls, and throws where the test says so.</summary>
internal sealed class ProbeHooks : ModuleHooks
{
    /// <summary>By hook and tenant: what it throws.</summary>
    public static ConcurrentDictionary<string, string> Fails { get; } = new();

    public static ConcurrentQueue<string> Calls { get; } = new();

    public static string? Sick { get; set; }

    public override Task OnEnabled(HookCall call) => Run($"enabled {call.Tenant}", $" {call.Configuration}");

    public override Task OnDisabled(HookCall call) => Run($"disabled {call.Tenant}");

    public override Task OnUpgraded(HookCall call, string from) => Run($"upgraded {call.Tenant}", $" from {from}");

    public override Task<string?> CheckHealth(CancellationToken cancellation) => Task.FromResult(Sick);

    private static Task Run(string hook, string more = "")
    {
        if (Fails.TryGetValue(hook, out var reason)) throw new InvalidOperationException(reason);
        Calls.Enqueue(hook + more);
        return Task.CompletedTask;
    }
}

[GrainType("probe-hooks")]
internal sealed class ProbeHooksGrain(IServiceProvider services) : ModuleHooksGrain<ProbeModule>(services);

/// <summary>A folder with the probe's manifest, as a build leaves it beside a program.</summary>
internal sealed class ProbeFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("buildify-probe");

    public ProbeFolder(string version = "1.0.0") => Write(version);

    public string Path => _root.FullName;

    /// <param name="needs">A module without code that it depends on; null for none.</param>
    public void Write(string version, string? needs = null)
    {
        Manifest("probe", $$"""
            { "name": "probe", "display_name": "Probe", "version": "{{version}}", "configuration": { "color": "red", "size": 1 },
              "depends_on": { "{{needs ?? "core"}}": "^1.0" } }
            """);
        if (needs is not null) Manifest(needs, $$"""{ "name": "{{needs}}", "display_name": "Needed", "version": "1.0.0" }""");
    }

    private void Manifest(string module, string json)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, module));
        File.WriteAllText(System.IO.Path.Combine(Path, module, "manifest.json"), json);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
