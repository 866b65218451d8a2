using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Buildify.AppHost.Postgres;

/// <summary>Makes a cluster, starts its server and stops it, through PostgreSQL's own programs.</summary>
internal sealed class ServerStart(
    PrivatePostgresOptions options, ServerPrograms programs, ServerAccount account, DataFolder folder, TimeProvider time)
{
    /// <summary>Reading one small file; a start takes about 100 ms, and waiting on adds to it.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    /// <summary>
    /// A port found free may be taken before the server has it, and the last processes of a server that was killed may take a moment to
    /// go; PostgreSQL refuses to start beside them.
    /// </summary>
    private const int Attempts = 10;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The log is put aside when it has grown past this, so that two of them are the most there is.</summary>
    private const long LongestLogBytes = 16 << 20;

    public async Task InitialiseAsync(string password, CancellationToken cancellation)
    {
        var passwordFile = Path.Combine(folder.Server, "initdb.password");
        try
        {
            File.Delete(passwordFile);
            Permissions.CreateFile(passwordFile, password);
            if (account != ServerAccount.Own)
                await ServerAccount.Own.RunAsync("chown", [$"{account.Uid}:{account.Gid}", passwordFile], cancellation, mustSucceed: true);

            // C.UTF-8 sorts by bytes and still knows letters; where the system lacks it (macOS before 15), C does the first alone.
            var (exitCode, output) = await InitialiseAsync(passwordFile, "C.UTF-8", cancellation);
            if (exitCode != 0)
                (exitCode, output) = await InitialiseAsync(passwordFile, "C", cancellation);
            if (exitCode != 0)
                throw new PrivatePostgresException($"initdb could not make a cluster in {folder.Cluster}:\n{output}");
            Directory.Move(folder.Unfinished, folder.Cluster);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private Task<(int, string)> InitialiseAsync(string passwordFile, string locale, CancellationToken cancellation)
    {
        // Whatever is there was left by an initdb that did not finish.
        if (Directory.Exists(folder.Unfinished))
            Directory.Delete(folder.Unfinished, recursive: true);
        string[] arguments =
        [
            "-D", folder.Unfinished, "-U", DataFolder.User, $"--pwfile={passwordFile}", "--auth=scram-sha-256", "--encoding=UTF8",
            $"--locale={locale}", .. options.Durable ? Array.Empty<string>() : ["--no-sync"],
        ];
        return account.RunAsync(programs.Initdb, arguments, cancellation);
    }

    /// <summary>Starts the server and returns when it accepts connections.</summary>
    /// <param name="wantedPort">Its port; 0: any that is free.</param>
    public async Task<PostmasterFile> StartAsync(int wantedPort, CancellationToken cancellation)
    {
        // PostgreSQL judges what a server that died left behind better than anybody, by the shared memory named in it; but it takes
        // whatever process has the number by now for a server, and then refuses to start.
        if (PostmasterFile.Read(folder.Cluster)?.IsOfAnotherProcess(folder.Cluster) == true)
            File.Delete(PostmasterFile.In(folder.Cluster));
        if (new FileInfo(folder.Log) is { Exists: true, Length: > LongestLogBytes })
            File.Move(folder.Log, folder.Log + ".1", overwrite: true);
        var sockets = folder.SocketFolder();
        if (sockets is not null)
            await PrepareSocketsAsync(sockets, cancellation);

        for (var attempt = 1; ; attempt++)
        {
            var logged = new FileInfo(folder.Log) is { Exists: true } log ? log.Length : 0;
            var port = wantedPort == 0 ? FreePort() : wantedPort;
            // pg_ctl puts the server into a session of its own, out of reach of the terminal's Ctrl-C.
            var starting = account.RunAsync(programs.PgCtl,
                ["start", "-D", folder.Cluster, "-l", folder.Log, "-w", "-t", Seconds(options.StartLimit), "-o", Settings(port, sockets)],
                cancellation);
            if (await WaitUntilReadyAsync(starting, cancellation) is { } server)
                return server;

            var said = Said(logged);
            var passes = said.Contains("still in use", StringComparison.Ordinal)
                || (wantedPort == 0 && said.Contains("Address already in use", StringComparison.Ordinal));
            if (passes && attempt < Attempts)
            {
                await Task.Delay(AttemptPause, time, cancellation);
                continue;
            }
            throw new PrivatePostgresException($"PostgreSQL in {folder.Cluster} did not start:\n{said}\n(all of it in {folder.Log})");
        }
    }

    /// <summary>The server's file once it says ready; null where <c>pg_ctl</c> gave up.</summary>
    public async Task<PostmasterFile?> WaitUntilReadyAsync(Task<(int ExitCode, string Output)>? starting, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < options.StartLimit)
        {
            if (PostmasterFile.Read(folder.Cluster) is { IsReady: true } server && server.IsAlive(folder.Cluster))
                return server;
            if (starting is { IsCompleted: true } && (await starting).ExitCode != 0)
                return null;
            await Task.Delay(Look, time, cancellation);
        }
        return null;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (!await StopAsync("fast", cancellation))
            await StopAsync("immediate", cancellation);
        if (folder.SocketFolder() is { } sockets && !sockets.StartsWith(folder.Root, StringComparison.Ordinal) && Directory.Exists(sockets))
            Directory.Delete(sockets, recursive: true);
    }

    private async Task<bool> StopAsync(string mode, CancellationToken cancellation)
    {
        if (PostmasterFile.Read(folder.Cluster) is not { } server || !server.IsAlive(folder.Cluster))
            return true;
        await account.RunAsync(programs.PgCtl, ["stop", "-D", folder.Cluster, "-m", mode, "-W"], cancellation);
        var start = time.GetTimestamp();
        while (server.IsAlive(folder.Cluster))
        {
            if (time.GetElapsedTime(start) > options.StopLimit)
                return false;
            await Task.Delay(Look, time, cancellation);
        }
        return true;
    }

    private async Task PrepareSocketsAsync(string sockets, CancellationToken cancellation)
    {
        // In the temporary folder somebody else may have made it first.
        Permissions.CreatePrivateFolder(sockets);
        if (account != ServerAccount.Own)
            await ServerAccount.Own.RunAsync("chown", ["-h", $"{account.Uid}:{account.Gid}", sockets], cancellation, mustSucceed: true);
    }

    /// <summary>The server's settings as pg_ctl hands them to a shell.</summary>
    private string Settings(int port, string? sockets)
    {
        var onOff = options.Durable ? "on" : "off";
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            // A list: a folder's name is quoted.
            ["unix_socket_directories"] = sockets is null ? "" : $"\"{sockets.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
            ["unix_socket_permissions"] = "0700",
            ["fsync"] = onOff,
            ["synchronous_commit"] = onOff,
            ["full_page_writes"] = onOff,
            // Compiling a statement costs more than the platform's short ones take.
            ["jit"] = "off",
        };
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        return string.Join(' ', settings.Select(setting => $"-c {Shell.Quote($"{setting.Key}={setting.Value}")}"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What the server has logged since its log was <paramref name="from"/> bytes long, the end of it.</summary>
    private string Said(long from)
    {
        if (!File.Exists(folder.Log))
            return "(it logged nothing)";
        using var log = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(Math.Max(from, log.Length - 4_000), SeekOrigin.Begin);
        return new StreamReader(log).ReadToEnd().Trim();
    }

    private static string Seconds(TimeSpan span) => ((int)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
