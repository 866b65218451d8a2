using System.Runtime.CompilerServices;
using Buildify.Cli.Services;

namespace Buildify.Cli;

/// <summary>A small repository on disk for one test, and the commands called in it as from a shell.</summary>
internal sealed class Repository : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("buildify-cli-");

    public Repository(string? services = null)
    {
        Workspace = new Workspace(_folder.FullName);
        Directory.CreateDirectory(Workspace.Full(Workspace.ModulesFolder));
        Write(ServicesFile.Name, services ?? Ours.Read(ServicesFile.Name)!);
    }

    /// <summary>The repository that these tests are of.</summary>
    public static Workspace Ours { get; } = new(Root());

    public Workspace Workspace { get; }

    public Repository Write(string path, string text)
    {
        Workspace.Write(path, text);
        return this;
    }

    public Repository Module(string name, string manifest = "") => Write($"modules/{name}/manifest.json", $$"""
        { "name": "{{name}}", "display_name": "Test", "version": "1.0.0"{{manifest}} }
        """);

    public string Read(string path) => Workspace.Read(path) ?? throw new FileNotFoundException(path);

    public IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Workspace.Full(folder), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Workspace.Full(folder), file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>What the command ended with, and all that it printed.</summary>
    public (int Code, string Said) Run(params string[] args)
    {
        using var said = new StringWriter();
        var code = CommandLine.For(() => Workspace, said, said).Parse(args).Invoke(new() { Output = said, Error = said });
        return (code, said.ToString());
    }

    /// <summary>What a command said that had to succeed.</summary>
    public string Succeed(params string[] args)
    {
        var (code, said) = Run(args);
        code.ShouldBe(0, said);
        return said;
    }

    /// <summary>What a command said that had to fail.</summary>
    public string Fail(params string[] args)
    {
        var (code, said) = Run(args);
        code.ShouldBe(1, said);
        return said;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "..", "..", ".."));
}
