using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Buildify.AppHost.Postgres;

/// <summary>
/// The private server's folder, held by one host at a time. The lock is the kernel's (flock): it ends with the process that holds it,
/// however that ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The superuser of the private cluster.</summary>
    public const string User = "buildify";

    /// <summary>Bytes in a socket's path, with room for the name PostgreSQL adds (<c>/.s.PGSQL.65535</c>). Linux allows 107, macOS 103.</summary>
    private const int LongestSocketFolder = 103 - 15;

    /// <summary>pg_ctl puts paths between double quotes and hands them to a shell.</summary>
    private const string ReadByShell = "\"$`\\\n";

    private readonly FileStream _lock;

    private DataFolder(string root, FileStream held)
    {
        Root = root;
        _lock = held;
    }

    public string Root { get; }

    /// <summary>All that belongs to the server's user.</summary>
    public string Server => Path.Combine(Root, "postgres");

    /// <summary>The cluster itself (PGDATA).</summary>
    public string Cluster => Path.Combine(Server, "data");

    /// <summary>Where initdb works. It is renamed when complete, so that a half-made cluster is never taken for one.</summary>
    public string Unfinished => Path.Combine(Server, "data.new");

    public string Log => Path.Combine(Server, "server.log");

    /// <summary>In libpq's password file format, so that psql can use it as it is.</summary>
    public string PasswordFile => Path.Combine(Root, "pgpass");

    /// <summary>The cluster's major version; null where there is no cluster yet.</summary>
    public string? Version
    {
        get
        {
            var file = Path.Combine(Cluster, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
    }

    /// <exception cref="PrivatePostgresException">Another host holds the folder, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        if (root.AsSpan().IndexOfAny(ReadByShell) >= 0)
            throw new PrivatePostgresException($"""The data folder {root} has one of " $ ` \ in its path; choose another with BUILDIFY_DATA.""");
        try
        {
            Permissions.CreateFolder(root, passable: Environment.IsPrivilegedProcess);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PrivatePostgresException($"The data folder {root} cannot be made: {error.Message} Choose another with BUILDIFY_DATA.", error);
        }

        var pidFile = Path.Combine(root, "host.pid");
        try
        {
            var held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            var folder = new DataFolder(root, held);
            Permissions.CreateFolder(folder.Server);
            return folder;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new PrivatePostgresException(
                $"The data folder {root} cannot be written: {error.Message} It may be another user's; choose another with BUILDIFY_DATA.", error);
        }
        catch (IOException error)
        {
            var holder = File.Exists(pidFile) ? $" (process {File.ReadAllText(pidFile)})" : "";
            throw new PrivatePostgresException(
                $"Another Buildify{holder} runs on the data folder {root}. Stop it, or give this one a folder of its own with BUILDIFY_DATA.",
                error);
        }
    }

    /// <summary>The superuser's password: as kept, or a new one for a cluster still to be made.</summary>
    public string Password()
    {
        if (!File.Exists(PasswordFile))
        {
            if (Version is not null)
                throw new PrivatePostgresException(
                    $"{PasswordFile} is gone, and with it the password of the cluster in {Cluster}. Restore the file; or, where the data may go, "
                    + $"remove {Root}.");
            Permissions.CreateFile(PasswordFile, $"*:*:*:{User}:{RandomNumberGenerator.GetHexString(32, lowercase: true)}\n");
        }
        return File.ReadAllText(PasswordFile).Trim().Split(':')[^1];
    }

    /// <summary>
    /// Where the server's socket goes: beside the data, or in the temporary folder where that path is too long for one. Null where no
    /// place is short enough: then there is the loopback port alone.
    /// </summary>
    public string? SocketFolder()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)).AsSpan(0, 6));
        string[] places = [Path.Combine(Server, "run"), Path.Combine(Path.GetTempPath(), $"buildify-{hash}"), $"/tmp/buildify-{hash}"];
        return places.FirstOrDefault(place => Encoding.UTF8.GetByteCount(place) <= LongestSocketFolder && !place.Contains(','));
    }

    public void Dispose() => _lock.Dispose();
}
