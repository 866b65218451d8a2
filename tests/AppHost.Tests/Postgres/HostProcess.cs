using System.Diagnostics;
using System.Globalization;

namespace Buildify.AppHost.Postgres;

/// <summary><see cref="HostProgram"/> as a process, leader of a process group as a terminal's foreground job is.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;

    private HostProcess(Process process, int serverId) => (_process, ServerId) = (process, serverId);

    /// <summary>The process of its server.</summary>
    public int ServerId { get; }

    public static async Task<HostProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("setsid", ["dotnet", typeof(HostProgram).Assembly.Location, folder]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return new(process, int.Parse(line.ShouldNotBeNull("the host printed nothing"), CultureInfo.InvariantCulture));
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// What a terminal does with Ctrl-C: a signal to the whole process group. A shell that runs tests in the background has them ignore
    /// it, and the host inherits that; then it is killed: the server is what has to outlive the signal.
    /// </summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", "--", $"-{_process.Id}"]);
        await kill.WaitForExitAsync();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
