using System.Text;

namespace Buildify.Specs.Emit;

/// <summary>A file being written, with its indentation.</summary>
internal sealed class Source
{
    private readonly StringBuilder _text = new();
    private int _level;

    public Source Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', _level * 4).Append(line);
        _text.Append('\n');
        return this;
    }

    /// <summary>Lines a level deeper, between braces.</summary>
    public Source Block(Action inside, string open = "{", string close = "}")
    {
        Line(open);
        _level++;
        inside();
        _level--;
        return Line(close);
    }

    /// <summary>The items' lines with an empty line between each two.</summary>
    public Source Spaced<T>(IEnumerable<T> items, Action<T> write)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first) Line();
            first = false;
            write(item);
        }
        return this;
    }

    /// <summary>A documentation comment; nothing where there is nothing to say.</summary>
    public Source Doc(string? summary)
    {
        if (string.IsNullOrWhiteSpace(summary)) return this;
        var text = summary.Trim().ReplaceLineEndings(" ").Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        return Line($"/// <summary>{text}</summary>");
    }

    public override string ToString() => _text.ToString();
}
