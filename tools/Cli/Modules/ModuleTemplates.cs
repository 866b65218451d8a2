using System.Text.Encodings.Web;
using System.Text.Json;

namespace Buildify.Cli.Modules;

/// <summary>The files of a new module, with their paths from the repository's root.</summary>
internal static class ModuleTemplates
{
    /// <param name="start"><c>sample</c> or <c>empty</c>.</param>
    public static IEnumerable<(string Path, string Text)> Files(ModuleName name, string displayName, string start) =>
        new[] { "Module/all", $"Module/{start}" }.SelectMany(folder => Templates.Of(folder, Marks(name, displayName)))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => ($"{Workspace.ModulesFolder}/{name.Slug}/{file.Path}", file.Text));

    /// <summary>The one file that a module needs to run in a silo of its own.</summary>
    public static IEnumerable<(string Path, string Text)> Dockerfile(string module) =>
        Files(new ModuleName(module), module, "none").Where(file => file.Path.EndsWith("/Dockerfile", StringComparison.Ordinal));

    private static (string, string)[] Marks(ModuleName name, string displayName) =>
    [
        ("name", name.Slug), ("Name", name.Pascal), ("snake", name.Snake), ("display", displayName),
        // In JSON and in JavaScript a text is written the same way.
        ("display_text", JsonEncodedText.Encode(displayName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()),
    ];
}
