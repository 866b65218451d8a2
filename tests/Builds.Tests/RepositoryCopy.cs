using System.Reflection;
using System.Runtime.CompilerServices;

namespace Buildify.Builds;

/// <summary>
/// The repository as it stands in the working tree, copied without what was built, with a git of its own; built once, and then what a test
/// changes. Every test leaves the sources as they were.
/// </summary>
public sealed class RepositoryCopy : IAsyncLifetime
{
    private static readonly string Ours = typeof(RepositoryCopy).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(about => about.Key == "Root").Value!;

    private readonly Processes _processes;

    public RepositoryCopy() => _processes = new(Path.GetFileName(Folder));

    public string Folder { get; } = Directory.CreateTempSubdirectory("buildify-builds-").FullName;

    /// <summary>The host's program, with the modules that it was built with last.</summary>
    public string Host => At("artifacts/embedded/bin/AppHost/debug/AppHost.dll");

    public string At(string path) => Path.Combine(Folder, path);

    public async Task InitializeAsync()
    {
        var files = (await _processes.Run(Ours, "git", ["ls-files", "--cached", "--others", "--exclude-standard"])).Succeeded();
        foreach (var file in files.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(Ours, file))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
            File.Copy(Path.Combine(Ours, file), At(file));
        }
        await Git("init", "--quiet");
        await Git("add", "--all");
        await Git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "As it stands");
        // The host and all modules come with it.
        (await Dotnet("build", "tests/Modules.Tests")).Succeeded();
    }

    public async Task DisposeAsync()
    {
        await _processes.End();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Brings every source back to what it was.</summary>
    internal async Task Reset()
    {
        await Git("checkout", "--quiet", "--", ".");
        await Git("clean", "-d", "--force", "--quiet");
    }

    internal async Task<string> Git(params IEnumerable<string> arguments) => (await _processes.Run(Folder, "git", arguments)).Succeeded().Said;

    /// <summary>Calls dotnet in the copy.</summary>
    internal Task<Command> Dotnet(params IEnumerable<string> arguments) => DotnetIn(Folder, arguments);

    internal Task<Command> DotnetIn(string folder, params IEnumerable<string> arguments) => _processes.Run(folder, "dotnet", arguments);

    /// <summary>Runs a script in the copy; it ends where one of its commands fails.</summary>
    internal Task<Command> Bash(string script) => _processes.Run(Folder, "bash", ["-c", $"set -euo pipefail\n{script}"]);

    /// <summary>Puts a folder of Given/ into the copy.</summary>
    internal void Give(string given, string to, [CallerFilePath] string here = "") =>
        Copy(Path.Combine(Path.GetDirectoryName(here)!, "Given", given), At(to));

    /// <summary>Takes a folder out of the copy, to somewhere else.</summary>
    internal void CopyOut(string folder, string to) => Copy(At(folder), to);

    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    /// <summary>Replaces what stands in a file once.</summary>
    internal void Edit(string path, string old, string text)
    {
        var whole = File.ReadAllText(At(path));
        whole.Split(old).Length.ShouldBe(2, $"'{old}' stands in {path} once");
        File.WriteAllText(At(path), whole.Replace(old, text, StringComparison.Ordinal));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

/// <summary>All tests of this project, one after another: each builds in the one copy.</summary>
[CollectionDefinition("copy")]
public sealed class CopyCollection : ICollectionFixture<RepositoryCopy>;
