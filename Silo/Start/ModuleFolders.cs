using System.Text;
using System.Text.Json;
using Buildify.Modules;
using Npgsql;

namespace Buildify.Silo.Start;

/// <summary>
/// Registers the modules of this build: each <c>modules/{name}/manifest.json</c> beside the program, or under
/// <c>Modules__Path</c>. One that cannot be used is written down as failed, with the reason, and stops nothing else.
/// </summary>
internal sealed partial class ModuleFolders(IGrainFactory grains, IConfiguration configuration, ILogger<ModuleFolders> logger) : IHostedService
{
    private static readonly Caller System = new("system:start", "start");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = BuildifyJson.MaxDepth };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var root = configuration["Modules:Path"] ?? Path.Combine(AppContext.BaseDirectory, "modules");
        if (!Directory.Exists(root)) return;

        foreach (var file in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "manifest.json")))
        {
            if (File.Exists(file) && IsWanted(Name(file))) await Register(file, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Register(string file, CancellationToken cancellationToken)
    {
        var name = Name(file);
        if (await Read(file, name, cancellationToken) is not { } problem) return;

        Log.Failed(logger, file, problem);
        if (Slug.IsValid(name)) await grains.GetGrain<IModuleGrain>(GrainKeys.Module(name)).Fail(problem);
    }

    /// <summary>Null where the manifest is registered; else what is wrong with it.</summary>
    private async Task<string?> Read(string file, string name, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(file, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken);
            using var document = JsonDocument.Parse(text, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("name", out var own)
                && own.ValueKind == JsonValueKind.String && own.GetString() != name)
            {
                return $"The manifest's name is '{own.GetString()}' and its folder's '{name}'; give them one name.";
            }
            var registry = grains.GetGrain<IModuleRegistryGrain>(GrainKeys.Platform);
            return Words((await registry.Register(JsonText.From(document.RootElement), ModuleSource.Folder, System, stamp: null)).Failure);
        }
        catch (JsonException broken)
        {
            return $"Not JSON: {broken.Message}";
        }
        catch (Exception error) when (error is IOException or DecoderFallbackException or PostgresException)
        {
            return error.Message;
        }
    }

    private static string? Words(Failure? failure) => failure is null ? null
        : failure.Errors.IsEmpty ? failure.Detail
        : string.Join("; ", failure.Errors.Select(error => $"{error.Field}: {error.Message}"));

    // Modules__Only names the modules that this process serves; set and empty, it serves none.
    private bool IsWanted(string name) =>
        configuration["Modules:Only"] is not { } only || only.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.Ordinal);

    private static string Name(string file) => Path.GetFileName(Path.GetDirectoryName(file)!);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The manifest {File} cannot be used; the module is marked as failed. {Problem}")]
        public static partial void Failed(ILogger logger, string file, string problem);
    }
}
