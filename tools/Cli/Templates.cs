using System.Reflection;

namespace Buildify.Cli;

/// <summary>The files that commands write: those of the folder Templates, each readable as what it becomes, with <c>__Name__</c> and the like in it.</summary>
internal static class Templates
{
    private static readonly Assembly Here = typeof(Templates).Assembly;

    /// <summary>The files below a folder of Templates, with each mark replaced in their paths and texts.</summary>
    public static IEnumerable<(string Path, string Text)> Of(string folder, params (string Mark, string Value)[] marks)
    {
        var start = $"Templates/{folder}/";
        foreach (var resource in Here.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var name = resource.Replace('\\', '/');
            if (name.StartsWith(start, StringComparison.Ordinal)) yield return (Fill(name[start.Length..], marks), Fill(Text(resource), marks));
        }
    }

    private static string Fill(string text, (string Mark, string Value)[] marks) =>
        marks.Aggregate(text, (filled, mark) => filled.Replace($"__{mark.Mark}__", mark.Value, StringComparison.Ordinal));

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Here.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
