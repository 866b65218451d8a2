using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Buildify.AppHost.Postgres;

/// <summary>The installed PostgreSQL server programs: <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> in one folder.</summary>
internal sealed partial record ServerPrograms(string Folder)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    /// <summary>Where packagers put them; <c>*</c> is a version.</summary>
    private static readonly string[] Places =
    [
        "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/lib/postgresql*/bin", "/usr/libexec/postgresql*",
        "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/opt/homebrew/bin", "/usr/local/bin",
        "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
        "/Library/PostgreSQL/*/bin", "/usr/local/pgsql/bin",
    ];

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <param name="wanted">The folder to use and no other, or null.</param>
    /// <param name="version">The major version an existing data folder needs, or null: the first found.</param>
    public static ServerPrograms? Find(string? wanted, string? version)
    {
        if (wanted is not null)
            return IsComplete(wanted) ? new(wanted) : null;

        var found = Candidates().Where(IsComplete).ToList();
        return found.Count == 0 ? null : new(found.Find(folder => version is not null && Version(folder) == version) ?? found[0]);
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        foreach (var folder in Places.SelectMany(Expand))
            yield return folder;
        // The last resort, since it starts a process: a build from source in a place of its own.
        if (PgConfig() is { Length: > 0 } folderOfConfig)
            yield return folderOfConfig;
    }

    /// <summary>The folders a pattern with one <c>*</c> stands for, newest version first.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return [pattern];
        var parent = pattern[..pattern.LastIndexOf('/', star)];
        var rest = pattern[(parent.Length + 1)..].Split('/', 2);
        if (!Directory.Exists(parent))
            return [];
        return Directory.EnumerateDirectories(parent, rest[0])
            .Where(folder => Version(folder) is not null)
            .OrderByDescending(folder => double.Parse(Version(folder)!, CultureInfo.InvariantCulture))
            .Select(folder => rest.Length == 1 ? folder : Path.Combine(folder, rest[1]));
    }

    private static bool IsComplete(string folder) => Needed.All(program => File.Exists(Path.Combine(folder, program)));

    /// <summary>The version in a folder's name once links are followed (<c>/usr/local/bin/postgres</c> may be one).</summary>
    private static string? Version(string folder)
    {
        var program = new FileInfo(Path.Combine(folder, "postgres"));
        var target = program.Exists ? program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName : folder;
        return VersionInPath().Match(target) is { Success: true } match ? match.Groups[1].Value : null;
    }

    private static string? PgConfig()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", "--bindir") { RedirectStandardOutput = true });
            return process?.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?:postgresql[@/-]?|pgsql-|PostgreSQL/|Versions/)(\d+(?:\.\d+)?)", RegexOptions.IgnoreCase)]
    private static partial Regex VersionInPath();
}
