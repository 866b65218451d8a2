using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reading;
using Buildify.Specs.Reference;
using NuGet.Versioning;

namespace Buildify.Specs.Releases;

/// <summary>The specs of the last released version, in <c>spec/released</c>, and what of them a module breaks.</summary>
internal static class Released
{
    private static string Folder(string module) => Path.Combine(module, "spec", "released");

    /// <summary>Null where nothing was released; what does not compile is told at its place.</summary>
    public static ModuleSpec? Read(SpecSources sources, Problems problems)
    {
        var folder = Folder(sources.Folder);
        var manifest = Path.Combine(folder, "manifest.json");
        if (!File.Exists(manifest) && !SpecFiles.Paths(folder).Any()) return null;
        var own = new Problems();
        var released = ModuleReader.Read(manifest, folder, contracts: null, sources.IsPlatform, own);
        if (own.InOrder() is not [var first, ..]) return released;
        problems.Add(SpecErrors.BrokenRelease, first.Place,
            $"the released specs do not compile: {first.Message}; restore them, or write them anew with buildify release");
        return null;
    }

    /// <summary>
    /// What callers and subscribers of the released version would stumble over; empty where the version says so by its first part, of
    /// 0.x by its second (https://semver.org, 4 and 8).
    /// </summary>
    public static ImmutableArray<Diagnostic> Compare(ModuleSpec released, ModuleSpec now)
    {
        var (before, after) = (SemanticVersion.Parse(released.Version), SemanticVersion.Parse(now.Version));
        if (after.Major > before.Major || (after.Major == 0 && before.Major == 0 && after.Minor > before.Minor)) return [];

        var next = before.Major == 0 ? new SemanticVersion(0, before.Minor + 1, 0) : new SemanticVersion(before.Major + 1, 0, 0);
        var breaks = new Breaks($"or raise the version in manifest.json to {next}");
        new OperationChanges(released, now, breaks).Check();
        new RecordChanges(released, now, breaks).Check();
        MessageChanges.Check(released, now, breaks);
        return breaks.InOrder();
    }

    /// <summary>
    /// Writes the module's specs as the released ones: its manifest and its YAML files, in place of those of the release before. Of
    /// specs that do not compile it must not be called.
    /// </summary>
    public static void Save(string module)
    {
        var folder = Folder(module);
        Directory.CreateDirectory(folder);
        foreach (var old in SpecFiles.Paths(folder)) File.Delete(old);
        File.Copy(Path.Combine(module, "manifest.json"), Path.Combine(folder, "manifest.json"), overwrite: true);
        foreach (var path in SpecFiles.Paths(Path.Combine(module, "spec"))) File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
    }
}
