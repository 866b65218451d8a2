using System.Diagnostics;

namespace Buildify.Cli.Packages;

/// <summary>Writes the packages that a module in a repository of its own is built against.</summary>
internal sealed class PackCommand(Workspace workspace, TextWriter output, TextWriter error)
{
    private const string Project = "tools/Packages.proj";

    /// <param name="folder">Made where it is missing; what else is in it stays.</param>
    /// <param name="suffix">Of the version, as rc1; null for none.</param>
    /// <returns>The exit code.</returns>
    public int Run(string folder, string? suffix)
    {
        if (!workspace.Exists(Project))
        {
            error.WriteLine($"There is no {Project} here: packages are made in Buildify's own repository.");
            return 1;
        }
        var target = Path.GetFullPath(folder);
        var start = new ProcessStartInfo("dotnet", ["msbuild", workspace.Full(Project), "-nologo", "-m", "-verbosity:quiet"]);
        start.ArgumentList.Add($"-property:Folder={target}");
        if (suffix is not null) start.ArgumentList.Add($"-property:VersionSuffix={suffix}");
        using var build = Process.Start(start)!;
        build.WaitForExit();
        if (build.ExitCode == 0) output.WriteLine($"The packages are in {target}. A NuGet.config that names the folder as a source finds them.");
        return build.ExitCode == 0 ? 0 : 1;
    }
}
