using System.Diagnostics;
using System.Globalization;

namespace Buildify.AppHost.Postgres;

/// <summary>
/// What a running server writes about itself into <c>postmaster.pid</c> (source: <c>utils/pidfile.h</c>, one fact a line). Reading it
/// costs no connection, so a start can look every few milliseconds.
/// </summary>
internal sealed record PostmasterFile(int Pid, int Port, string SocketFolder, string Status)
{
    public bool IsReady => Status == "ready";

    public bool IsStopping => Status == "stopping";

    public static string In(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>The file as it is now; null where there is none, or one that is still being written.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            var lines = File.ReadAllLines(In(cluster));
            return lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)
                ? new(pid, int.TryParse(Line(3), CultureInfo.InvariantCulture, out var port) ? port : 0, Line(4), Line(7))
                : null;

            string Line(int number) => lines.Length > number ? lines[number].Trim() : "";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the process is this cluster's server: after a crash of the machine the number may be anybody's by now. A postmaster works
    /// in its data folder, which Linux shows to its user and to root, and for no process that has ended and waits to be reaped; elsewhere
    /// the program's name has to do.
    /// </summary>
    public bool IsAlive(string cluster)
    {
        if (HasProc)
            return new FileInfo($"/proc/{Pid}/cwd").LinkTarget is { } folder && (folder == cluster || folder == Resolve(cluster));
        return ProcessName() is "postgres" or "postmaster";
    }

    /// <summary>Whether the number is that of a process which is not this cluster's server.</summary>
    public bool IsOfAnotherProcess(string cluster) =>
        (HasProc ? Directory.Exists($"/proc/{Pid}") : ProcessName() is not null) && !IsAlive(cluster);

    private static bool HasProc => Directory.Exists("/proc/self");

    private string? ProcessName()
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.HasExited ? null : process.ProcessName;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The path as the kernel has it: a folder above may be a link.</summary>
    private static string Resolve(string path)
    {
        var resolved = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            resolved = new DirectoryInfo(resolved).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? resolved;
        }
        return resolved;
    }
}
