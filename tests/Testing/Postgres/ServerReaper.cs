using System.Diagnostics;

namespace Buildify.Testing.Postgres;

/// <summary>
/// Removes a test server when the test process is gone, even by kill -9: a shell that reads from a pipe whose other end the test process
/// holds. The kernel closes that end with the process; the shell then reads the end of it, stops the server and removes its folder.
/// </summary>
internal sealed class ServerReaper : IDisposable
{
    // Deaf to the Ctrl-C that ends the tests; that is when it is needed. SIGQUIT is PostgreSQL's shutdown without a checkpoint.
    private const string Script = """
        trap '' INT HUP TERM
        exec >/dev/null 2>&1
        read -r _
        pid=$(head -n 1 "$1/postgres/data/postmaster.pid")
        if [ -n "$pid" ]; then
            kill -QUIT "$pid"
            for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" || break; sleep 0.2; done
        fi
        rm -rf "$1"
        """;

    private readonly Process _shell;

    private ServerReaper(Process shell) => _shell = shell;

    public static ServerReaper Watch(string folder)
    {
        // The outputs are redirected so that the shell does not keep the test runner's own open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new(Process.Start(start)!);
    }

    /// <summary>Reaps now, and waits until it is done.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit(TimeSpan.FromSeconds(10));
        _shell.Dispose();
    }
}
