using Buildify.Specs.Reading;
using Buildify.Specs.Releases;

namespace Buildify.Specs;

/// <summary>The compiler's front: a module's folder in, its checked specs or everything that is wrong with them out.</summary>
internal static class SpecReader
{
    public static SpecResult Read(SpecSources sources)
    {
        var problems = new Problems();
        var module = ModuleReader.Read(
            Path.Combine(sources.Folder, "manifest.json"), Path.Combine(sources.Folder, "spec"), sources.Contracts, sources.IsPlatform, problems);

        // A broken spec differs from the released one in ways that its author does not mean.
        if (module is not null && !problems.Any && Released.Read(sources, problems) is { } released) problems.AddRange(Released.Compare(released, module));
        return problems.Any ? new SpecResult(null, problems.InOrder()) : new SpecResult(module, []);
    }
}
