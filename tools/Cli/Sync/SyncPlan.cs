using System.Collections.Immutable;
using Buildify.Cli.Modules;
using Buildify.Cli.Services;
using Buildify.Specs.Reference;

namespace Buildify.Cli.Sync;

/// <param name="Path">From the root.</param>
/// <param name="IsWritten">Its whole text is ours: it is written anew. Otherwise it is made where it is missing, and then its owner's.</param>
internal sealed record PlannedFile(string Path, string Text, bool IsWritten);

/// <summary>The files that have to be there for what <c>services.yml</c> names.</summary>
internal static class SyncPlan
{
    public const string Reference = "docs/spec-reference.md";

    public static ImmutableArray<PlannedFile> For(ImmutableArray<Service> services) =>
    [
        .. services.Where(s => s.Image is null).SelectMany(Made).DistinctBy(f => f.Path),
        new(Compose.Path, Compose.Write(services), IsWritten: true),
        new(Reference, SpecReference.Markdown(), IsWritten: true),
    ];

    private static IEnumerable<PlannedFile> Made(Service service)
    {
        if (ServiceBuild.Alone(service) is { } module) return ModuleTemplates.Dockerfile(module).Select(f => new PlannedFile(f.Path, f.Text, IsWritten: false));
        var (template, folder) = service.IsProcess
            ? ("Services/process", ServiceBuild.Program(service.Type))
            : ($"Services/{service.Type.ToString().ToLowerInvariant()}", $"services/{service.Name}");
        return Templates.Of(template, ("Program", ServiceBuild.Program(service.Type)), ("name", service.Name))
            .Select(f => new PlannedFile($"{folder}/{f.Path}", f.Text, IsWritten: false));
    }
}
