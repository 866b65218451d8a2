using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Buildify.Silo.Postgres;

/// <summary>One script: its number, its file and its text.</summary>
public sealed record Migration(int Version, string File, string Sql)
{
    /// <summary>SHA-256 of the text with line ends as in Unix, so that a checkout with CRLF is the same script.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}

/// <summary>The scripts of one owner (the platform, a module), in the order in which they are applied.</summary>
public sealed partial record MigrationSet
{
    /// <summary>The platform's own scripts.</summary>
    public static MigrationSet Platform { get; } =
        FromResources("platform", typeof(MigrationSet).Assembly, "Buildify.Silo.Migrations.");

    /// <summary>What modules find in each database that has their tables, the platform's or their own.</summary>
    public static MigrationSet Modules { get; } =
        FromResources("platform:modules", typeof(MigrationSet).Assembly, "Buildify.Silo.Modules.Migrations.");

    /// <param name="name">Names the owner in <c>schema_migrations</c>; it never changes.</param>
    /// <param name="migrations">The scripts; their numbers differ.</param>
    public MigrationSet(string name, IEnumerable<Migration> migrations)
    {
        Name = name;
        Migrations = [.. migrations.OrderBy(migration => migration.Version)];
        var twice = Migrations.GroupBy(migration => migration.Version).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new ArgumentException(
                $"Migrations of {name} with one number: {string.Join(", ", twice.Select(migration => migration.File))}.", nameof(migrations));
    }

    public string Name { get; }

    public IReadOnlyList<Migration> Migrations { get; }

    /// <summary>Reads the embedded <c>*.sql</c> whose resource names start with <paramref name="prefix"/> and are numbered.</summary>
    public static MigrationSet FromResources(string name, Assembly assembly, string prefix) =>
        new(name, assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
            .Select(resource => Parse(resource[prefix.Length..], Text(assembly, resource))));

    /// <summary>Reads a folder's <c>*.sql</c>, as a module brings it.</summary>
    public static MigrationSet FromFolder(string name, string folder) =>
        new(name, Directory.EnumerateFiles(folder, "*.sql").Select(file => Parse(Path.GetFileName(file), File.ReadAllText(file))));

    private static Migration Parse(string file, string sql) => Numbered().Match(file) is { Success: true } match
        ? new(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), file, sql)
        : throw new ArgumentException($"A migration is named like 0001_what_it_does.sql, not '{file}'.");

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(\d{4})_[a-z0-9_]+\.sql$")]
    private static partial Regex Numbered();
}
