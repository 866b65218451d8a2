using System.Diagnostics;
using System.Globalization;

namespace Buildify.AppHost.Postgres;

/// <summary>
/// The user the server runs as. PostgreSQL refuses to run as root, so a root host hands its data folder to another user and starts the
/// programs as that one; any other host starts them as itself (<see cref="Own"/>).
/// </summary>
internal sealed record ServerAccount(string Name, int Uid, int Gid)
{
    /// <summary>The host's own user.</summary>
    public static ServerAccount Own { get; } = new("", -1, -1);

    /// <summary>
    /// CAP_DAC_READ_SEARCH: read and search whatever the file modes say. Given to the server only where a parent of its folder is closed
    /// to it, as after <c>mktemp -d</c>.
    /// </summary>
    private const int DacReadSearch = 2;

    /// <summary>The host's environment holds secrets of its own; the server gets no more of it than it needs to run.</summary>
    private static readonly string[] Environs = ["PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

    private static readonly string[] ToolFolders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>Whether the programs run with <see cref="DacReadSearch"/>.</summary>
    public bool ReadsAnywhere { get; init; }

    private bool IsOwn => Uid < 0;

    /// <summary>Chooses the user for <paramref name="folder"/> and makes the folder that user's.</summary>
    public static async Task<ServerAccount> ChooseAsync(string folder, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return Own;

        var owner = await OwnerAsync(folder, cancellation);
        var account = owner.Uid != 0 ? owner : Known("postgres") ?? Known("nobody") ?? throw new PrivatePostgresException(
            "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as. "
            + "Start Buildify as another user, or name a server with ConnectionStrings__Postgres.");
        if (owner.Uid == 0)
            await Own.RunAsync("chown", ["-R", $"{account.Uid}:{account.Gid}", folder], cancellation, mustSucceed: true);
        return await account.ReachingAsync(folder, cancellation);
    }

    /// <summary>Runs a program as this user and waits for it; both its outputs come back as one text.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation, bool mustSucceed = false)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        var text = (await output + await errors).Trim();
        if (mustSucceed && process.ExitCode != 0)
            throw new PrivatePostgresException($"{Path.GetFileName(program)} failed ({process.ExitCode}): {text}");
        return (process.ExitCode, text);
    }

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = program,
            // Not the current directory, which may be closed to the server's user.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(Environs).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        if (!IsOwn)
        {
            if (Tool("setpriv") is { } setpriv)
            {
                start.FileName = setpriv;
                start.ArgumentList.Add($"--reuid={Uid}");
                start.ArgumentList.Add($"--regid={Gid}");
                start.ArgumentList.Add("--clear-groups");
                if (ReadsAnywhere)
                {
                    start.ArgumentList.Add("--inh-caps=+dac_read_search");
                    start.ArgumentList.Add("--ambient-caps=+dac_read_search");
                }
                start.ArgumentList.Add("--");
            }
            else if (Tool("runuser") is { } runuser)
            {
                start.FileName = runuser;
                start.ArgumentList.Add("-u");
                start.ArgumentList.Add(Name);
                start.ArgumentList.Add("--");
            }
            else
            {
                throw new PrivatePostgresException(
                    $"PostgreSQL does not run as root, and neither setpriv nor runuser is there to start it as '{Name}' "
                    + "(both come with util-linux). Start Buildify as another user, or name a server with ConnectionStrings__Postgres.");
            }
            start.ArgumentList.Add(program);
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>This user with what it takes to reach <paramref name="folder"/> through its parents.</summary>
    private async Task<ServerAccount> ReachingAsync(string folder, CancellationToken cancellation)
    {
        if (Permissions.AreParentsOpen(folder) || await CanReachAsync(this))
            return this;
        var reader = this with { ReadsAnywhere = true };
        if (Tool("setpriv") is not null && Permissions.HasCapability(DacReadSearch) && await CanReachAsync(reader))
            return reader;
        throw new PrivatePostgresException(
            $"PostgreSQL runs as '{Name}' since it refuses to run as root, and '{Name}' cannot reach {folder}: a folder above it is closed. "
            + $"Open it (chmod o+x on each folder above), or choose another with BUILDIFY_DATA, such as BUILDIFY_DATA=/var/lib/buildify.");

        async Task<bool> CanReachAsync(ServerAccount account) =>
            (await account.RunAsync("/bin/sh", ["-c", "cd \"$1\"", "sh", folder], cancellation)).ExitCode == 0;
    }

    private static async Task<ServerAccount> OwnerAsync(string folder, CancellationToken cancellation)
    {
        var (_, output) = await Own.RunAsync("stat", ["-c", "%u:%g:%U", folder], cancellation, mustSucceed: true);
        var parts = output.Split(':');
        return new(parts[2], Number(parts[0]), Number(parts[1]));
    }

    private static ServerAccount? Known(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            if (line.Split(':') is [var user, _, var uid, var gid, ..] && user == name)
                return new(user, Number(uid), Number(gid));
        }
        return null;
    }

    private static string? Tool(string name) =>
        ToolFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
