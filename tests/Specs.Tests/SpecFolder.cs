using System.Collections.Immutable;

namespace Buildify.Specs;

/// <summary>A module's folder on disk for one test, with a manifest unless the test writes its own.</summary>
internal sealed class SpecFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("specs-");
    private ImmutableSortedDictionary<string, string> _contracts = ImmutableSortedDictionary<string, string>.Empty;

    public SpecFolder(string name = "financial", string version = "1.0.0") => Write("manifest.json", $$"""
        { "name": "{{name}}", "display_name": "Test", "version": "{{version}}", "permissions": { "financial.write": "Write" } }
        """);

    public string Path => _folder.FullName;

    public SpecFolder Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public SpecFolder Models(string yaml) => Write("spec/models.yaml", yaml);

    public SpecFolder Domain(string yaml) => Write("spec/things.yaml", yaml);

    public SpecFolder Remove(string file)
    {
        File.Delete(System.IO.Path.Combine(Path, file));
        return this;
    }

    public SpecFolder Contracts(string module, string specFolder)
    {
        _contracts = _contracts.Add(module, specFolder);
        return this;
    }

    public SpecResult Read(bool isPlatform = false) => SpecReader.Read(new SpecSources(Path, _contracts, isPlatform));

    /// <summary>The module of specs that have to be right.</summary>
    public Model.ModuleSpec Module(bool isPlatform = false)
    {
        var result = Read(isPlatform);
        result.Diagnostics.ShouldBeEmpty();
        return result.Module!;
    }

    /// <summary>As an editor shows them, with the file's path in the folder alone.</summary>
    public ImmutableArray<string> Errors(bool isPlatform = false) => [.. Read(isPlatform).Diagnostics.Select(d => d.ToString().Replace(Path + "/", "", StringComparison.Ordinal))];

    public void Dispose() => _folder.Delete(recursive: true);
}
