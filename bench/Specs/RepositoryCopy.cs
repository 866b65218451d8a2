using System.Diagnostics;

namespace Buildify.Bench.Specs;

/// <summary>The repository as it was committed last, in a temporary folder and with nothing built.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    /// <summary>No build may take as long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly string _root = Directory.CreateTempSubdirectory("buildify-build-").FullName;

    public string Modules => Path.Combine(_root, "modules");

    /// <summary>The host's program.</summary>
    public string Program => Path.Combine(_root, "artifacts", "embedded", "bin", "AppHost", "release", "AppHost.dll");

    public static async Task<RepositoryCopy> Make()
    {
        var copy = new RepositoryCopy();
        await Run("git", ["clone", "--quiet", "--local", ModuleCopies.Repository, copy._root], copy._root);
        return copy;
    }

    /// <summary>Builds the host with all its modules.</summary>
    public async Task<BuildRun> Build()
    {
        var start = Stopwatch.GetTimestamp();
        // No node stays: the next build would find the last one's code compiled, and the machine would keep them.
        var output = await Run("dotnet", ["build", "AppHost", "-c", "Release", "-nodeReuse:false", "-tl:off", "-v:quiet", "-clp:PerformanceSummary"], _root);
        return BuildRun.Read(Stopwatch.GetElapsedTime(start).TotalSeconds, output);
    }

    /// <summary>Changes a rule in a module's spec, to and fro, so that what is generated of it changes.</summary>
    public void ChangeSpec(string module)
    {
        var file = Path.Combine(Modules, module, "spec", "models.yaml");
        var text = File.ReadAllText(file);
        var (here, there) = ("length: [1, 200]", "length: [1, 199]");
        if (!text.Contains(here, StringComparison.Ordinal)) (here, there) = (there, here);
        File.WriteAllText(file, text.Replace(here, there, StringComparison.Ordinal));
    }

    public void RemoveModules(string prefix)
    {
        foreach (var folder in Directory.EnumerateDirectories(Modules, prefix + "*")) Directory.Delete(folder, recursive: true);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static async Task<string> Run(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit, TimeProvider.System);
            await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} left with {process.ExitCode}:\n{output}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
