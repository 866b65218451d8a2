using System.Collections.Immutable;
using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Modules;
using Buildify.Operations;

namespace Buildify.Gateway.Frontend;

/// <summary>Which modules' pages the caller may load: those of the modules that are on for the tenant.</summary>
internal static class FrontendHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var files = call.Http.RequestServices.GetRequiredService<ModuleFiles>();
        var pages = ImmutableArray.CreateBuilder<ModulePages>();
        var directory = call.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(call.Tenant));
        for (var page = new PageRequest(PageRequest.MaxLimit); ;)
        {
            var read = await call.Within(directory.Modules(page));
            if (!read.Succeeded) return call.Answer(read.Failure);
            pages.AddRange(read.Value.Items.Where(module => module is { Enabled: true, State: ModuleState.Installed }).Select(module => Of(module, files)).OfType<ModulePages>());
            if (read.Value.NextCursor is null) return Answer.Json(new FrontendAnswer(pages.ToImmutable()));
            page = page with { Cursor = read.Value.NextCursor };
        }
    }

    // Null for a module without pages, or whose files are not in this build.
    private static ModulePages? Of(Module module, ModuleFiles files)
    {
        using var manifest = module.Manifest.Parse();
        if (!manifest.RootElement.TryGetProperty("frontend", out var frontend)) return null;
        var entry = frontend.TryGetProperty("entry", out var own) ? own.GetString()! : "frontend/module.js";
        var path = $"{module.Name}/{(entry.StartsWith("frontend/", StringComparison.Ordinal) ? entry["frontend/".Length..] : entry)}";
        if (files.Find(path) is not { } file) return null;
        var pages = frontend.TryGetProperty("pages", out var listed)
            ? listed.EnumerateArray().Select(page => new PageOfModule(page.GetProperty("path").GetString()!, page.GetProperty("title").GetString()!))
            : [];
        return new ModulePages(module.Name, module.DisplayName, $"/modules/{path}", file.Integrity, [.. pages]);
    }
}

internal sealed record FrontendAnswer(ImmutableArray<ModulePages> Modules);

/// <param name="Entry">Where the ES module is, as <c>/modules/notes/module.js</c>.</param>
/// <param name="Integrity">Of the entry, as Subresource Integrity has it.</param>
internal sealed record ModulePages(string Name, string DisplayName, string Entry, string Integrity, ImmutableArray<PageOfModule> Pages);

/// <param name="Path">As <c>notes/list</c>.</param>
internal sealed record PageOfModule(string Path, string Title);
