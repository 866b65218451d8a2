using System.Diagnostics;
using System.Text;

namespace Buildify.Builds;

/// <summary>A program that was run to its end.</summary>
/// <param name="Said">All that it printed, both streams as they came.</param>
internal sealed record Command(string Line, int Code, string Said)
{
    /// <summary>No build of the copy takes as long, on a busy machine neither.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>The lines that a compiler's error or warning is told in, each once: MSBuild tells them where they come up and at the end.</summary>
    public IReadOnlyList<string> Blames =>
    [
        .. Said.Split('\n').Select(line => line.Trim()).Distinct()
            .Where(line => line.Contains(": error ", StringComparison.Ordinal) || line.Contains(": warning ", StringComparison.Ordinal)),
    ];

    /// <summary>Runs a program, and ends it with all that it started where it takes too long.</summary>
    public static async Task<Command> Run(string folder, IReadOnlyDictionary<string, string?> environment, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var line = $"{program} {string.Join(' ', start.ArgumentList)}";

        var said = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, printed) => Add(said, printed.Data);
        process.ErrorDataReceived += (_, printed) => Add(said, printed.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{line} was not done after {Limit}:\n{said}");
        }
        return new Command(line, process.ExitCode, said.ToString());
    }

    public Command Succeeded()
    {
        Code.ShouldBe(0, $"{Line}\n{Said}");
        return this;
    }

    public Command Failed()
    {
        Code.ShouldNotBe(0, $"{Line}\n{Said}");
        return this;
    }

    private static void Add(StringBuilder said, string? line)
    {
        if (line is null) return;
        lock (said) said.Append(line).Append('\n');
    }
}
