using System.Globalization;
using System.Reflection;

namespace Buildify.Bench.Specs;

/// <summary>The module notes, over and over under other names: a real one, with a spec, a grain, tables and a page.</summary>
internal static class ModuleCopies
{
    private const string Template = "notes";

    /// <summary>This repository's folder.</summary>
    public static string Repository { get; } = typeof(ModuleCopies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(about => about.Key == "Repository").Value!;

    public static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:000}");

    /// <summary>Writes so many of them, a folder each, that differ in their names alone.</summary>
    /// <param name="prefix">Of the names, in small letters; <see cref="Name"/> puts the number behind it.</param>
    public static void Write(string folder, string prefix, int count)
    {
        var template = Path.Combine(Repository, "modules", Template);
        // A module's tests are compiled into the project of all modules' tests, which no host is.
        var files = Directory.EnumerateFiles(template, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(template, file), Text: File.ReadAllText(file)))
            .Where(file => !file.Name.StartsWith("tests", StringComparison.Ordinal)).ToArray();
        for (var number = 1; number <= count; number++)
        {
            var name = Name(prefix, number);
            foreach (var file in files)
            {
                var path = Path.Combine(folder, name, Renamed(file.Name, name));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, Renamed(file.Text, name));
            }
        }
    }

    private static string Renamed(string text, string name) => text
        .Replace(Template, name, StringComparison.Ordinal)
        .Replace(Capital(Template), Capital(name), StringComparison.Ordinal);

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
