using System.Diagnostics;

namespace Buildify.Builds;

/// <summary>
/// What these tests start. The C# compiler stays between their builds, which halves their time; it has a name of its own, so that the one
/// which whoever runs the tests may have is left alone, and ends with them, as does whatever else they left running.
/// </summary>
/// <param name="mark">Stands in the command line of what runs in the copy, and of nothing else.</param>
internal sealed class Processes(string mark)
{
    private readonly Dictionary<string, string?> _environment = new()
    {
        // A socket of this name is made in the temporary folder, where the copy has the mark for its name.
        ["SharedCompilationId"] = $"{mark}-compiler",
        ["UseSharedCompilation"] = "true",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["OrleansRuntime"] = null,
    };

    public Task<Command> Run(string folder, string program, IEnumerable<string> arguments) => Command.Run(folder, _environment, program, arguments);

    public async Task End()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (!IsOurs(process)) continue;
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        // It had no time to take its socket away.
        File.Delete(Path.Combine(Path.GetTempPath(), $"{mark}-compiler"));
    }

    private bool IsOurs(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's; or this is not Linux, where the compiler ends by itself some minutes later.
            return false;
        }
    }
}
