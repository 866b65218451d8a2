using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Buildify.Cli.Services;

/// <summary>Writes YAML line by line, two spaces a level.</summary>
internal sealed class ComposeText
{
    private readonly StringBuilder _text = new();

    public void Line(int level, string line)
    {
        if (line.Length > 0) _text.Append(' ', 2 * level).Append(line);
        _text.Append('\n');
    }

    public void Pair(int level, string key, string value) => Line(level, $"{key}: {Scalar(value)}");

    public void List(int level, string key, IEnumerable<string> items)
    {
        var all = string.Join(", ", items.Select(Quoted));
        if (all.Length > 0) Line(level, $"{key}: [{all}]");
    }

    public void Map(int level, string key, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var isFirst = true;
        foreach (var (name, value) in pairs)
        {
            if (isFirst) Line(level, $"{key}:");
            isFirst = false;
            Pair(level + 1, name, value);
        }
    }

    public override string ToString() => _text.ToString();

    /// <summary>In quotes, as JSON has them: YAML reads the same.</summary>
    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    // Plain where no reader of YAML could take it for anything but this text: words of several letters with nothing special in them.
    private static string Scalar(string text) => IsPlain(text) ? text : Quoted(text);

    private static bool IsPlain(string text) =>
        text.Length > 5 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '-' or '_');
}
