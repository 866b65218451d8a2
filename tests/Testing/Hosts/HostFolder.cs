using System.Diagnostics;

namespace Buildify.Testing.Hosts;

/// <summary>A host's folder for one test. When the test is over, whatever server still runs on it is stopped, and it is deleted.</summary>
public sealed class HostFolder : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("buildify-host-").FullName;

    public async ValueTask DisposeAsync()
    {
        var pidFile = System.IO.Path.Combine(Path, "data", "postgres", "data", "postmaster.pid");
        if (File.Exists(pidFile))
        {
            using var stop = Process.Start("kill", ["-QUIT", (await File.ReadAllLinesAsync(pidFile))[0]]);
            await stop.WaitForExitAsync();
        }
        await Eventually.Succeeds(() =>
        {
            Directory.Delete(Path, recursive: true);
            return Task.CompletedTask;
        });
    }
}
