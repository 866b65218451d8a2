using System.Text;

namespace Buildify.Cli;

/// <summary>The repository that a command works on. Paths are written with '/' and from its root.</summary>
internal sealed class Workspace(string root)
{
    public const string ModulesFolder = "modules";

    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The names of the folders that are modules, in their order.</summary>
    public IEnumerable<string> Modules() => Directory.Exists(Full(ModulesFolder))
        ? Directory.EnumerateDirectories(Full(ModulesFolder)).Select(folder => Path.GetFileName(folder)!)
            .Where(name => Exists($"{ModulesFolder}/{name}/manifest.json")).Order(StringComparer.Ordinal)
        : [];

    public string Full(string path) => Path.Combine(Root, path);

    /// <summary>The path from the root, for messages; of a file elsewhere the path as it is.</summary>
    public string Relative(string full)
    {
        var relative = Path.GetRelativePath(Root, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative.Replace('\\', '/');
    }

    public bool Exists(string path) => File.Exists(Full(path)) || Directory.Exists(Full(path));

    /// <summary>The text, with line ends as in Unix; null where there is no such file.</summary>
    public string? Read(string path) => File.Exists(Full(path)) ? File.ReadAllText(Full(path)).ReplaceLineEndings("\n") : null;

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full(path), text, Plain);
    }

    /// <summary>The repository around the working directory, else the one that this program was built in; null where there is neither.</summary>
    public static Workspace? Find() => Around(Directory.GetCurrentDirectory()) ?? Around(AppContext.BaseDirectory);

    private static Workspace? Around(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Directory.Build.props")) && Directory.Exists(Path.Combine(at.FullName, ModulesFolder))) return new Workspace(at.FullName);
        }
        return null;
    }
}
