using System.Text;
using System.Text.Json;
using Buildify.Hosting.Modules;
using Buildify.Modules;
using Buildify.Modules.Manifests;
using Buildify.Silo.Modules;
using Npgsql;

namespace Buildify.Silo.Start;

/// <summary>
/// Brings in the modules of this build: each <c>modules/{name}/manifest.json</c> beside the program, or under <c>Modules__Path</c>.
/// Their tables are ready before the first grain is; then the manifests are registered. A module that cannot be used is written down as
/// failed, with the reason, and stops nothing else.
/// </summary>
internal sealed partial class ModuleFolders(
    IGrainFactory grains, ModuleDatabaseSetup databases, ModulePools pools, HostedModules hosted, IConfiguration configuration, ILogger<ModuleFolders> logger)
    : IHostedLifecycleService
{
    private static readonly Caller System = new("system:start", "start");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = BuildifyJson.MaxDepth };

    private readonly List<Found> _found = [];

    /// <summary>Before the silo takes calls, and behind the platform's own migrations.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var root = configuration["Modules:Path"] ?? Path.Combine(AppContext.BaseDirectory, "modules");
        if (!Directory.Exists(root)) return;

        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (!File.Exists(Path.Combine(folder, "manifest.json")) || !HostedModules.IsWanted(configuration, name)) continue;
            var (manifest, problem) = await Read(folder, name, cancellationToken);
            problem ??= await Prepare(manifest!, folder, cancellationToken);
            _found.Add(new Found(name, folder, manifest?.Json, problem));
        }
        if (pools.MaxConnections > 0) Log.Connections(logger, pools.MaxConnections);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var module in _found)
        {
            if ((module.Problem ?? hosted.Failures.GetValueOrDefault(module.Name) ?? await Register(module)) is not { } problem) continue;
            Log.Failed(logger, module.Folder, problem);
            if (Slug.IsValid(module.Name)) await grains.GetGrain<IModuleGrain>(GrainKeys.Module(module.Name)).Fail(problem);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The manifest, checked; or what is wrong with it.</summary>
    private static async Task<(Manifest? Manifest, string? Problem)> Read(string folder, string name, CancellationToken cancellationToken)
    {
        try
        {
            var file = Path.Combine(folder, "manifest.json");
            var text = await File.ReadAllTextAsync(file, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken);
            using var document = JsonDocument.Parse(text, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("name", out var own)
                && own.ValueKind == JsonValueKind.String && own.GetString() != name)
            {
                return (null, $"The manifest's name is '{own.GetString()}' and its folder's '{name}'; give them one name.");
            }
            var read = await ManifestReader.Read(JsonText.From(document.RootElement));
            return (read.Value, Words(read.Failure));
        }
        catch (JsonException broken)
        {
            return (null, $"Not JSON: {broken.Message}");
        }
        catch (Exception error) when (error is IOException or DecoderFallbackException)
        {
            return (null, error.Message);
        }
    }

    private async Task<string?> Prepare(Manifest manifest, string folder, CancellationToken cancellationToken)
    {
        try
        {
            await databases.Prepare(manifest.Name, manifest.Version, manifest.Database, Path.Combine(folder, "migrations"), cancellationToken);
            return null;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return error.Message;
        }
    }

    private async Task<string?> Register(Found module)
    {
        try
        {
            var source = hosted.Built.Any(built => built.Name == module.Name) ? ModuleSource.Project : ModuleSource.Folder;
            // Nearly every start finds the module as the last one left it; a registration compares it with every other module.
            if (await grains.GetGrain<IModuleGrain>(GrainKeys.Module(module.Name)).Has(module.Manifest!.Value, source)) return null;
            var registry = grains.GetGrain<IModuleRegistryGrain>(GrainKeys.Platform);
            return Words((await registry.Register(module.Manifest!.Value, source, System, stamp: null)).Failure);
        }
        catch (PostgresException error)
        {
            return error.Message;
        }
    }

    private static string? Words(Failure? failure) => failure is null ? null
        : failure.Errors.IsEmpty ? failure.Detail
        : string.Join("; ", failure.Errors.Select(error => $"{error.Field}: {error.Message}"));

    /// <param name="Problem">Why it cannot be used; null where its tables are ready.</param>
    private sealed record Found(string Name, string Folder, JsonText? Manifest, string? Problem);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The module in {Folder} cannot be used and is marked as failed. {Problem}")]
        public static partial void Failed(ILogger logger, string folder, string problem);

        [LoggerMessage(2, LogLevel.Information, "The modules' pools hold up to {Connections} connections, beside the platform's Postgres__MaxPoolSize")]
        public static partial void Connections(ILogger logger, int connections);
    }
}
