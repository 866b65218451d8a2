using System.Text;

namespace Buildify.Cli.Sync;

/// <summary>The difference of two texts, line by line.</summary>
internal static class LineDiff
{
    /// <summary>Lines that stay, on both sides of one that does not.</summary>
    private const int Context = 2;

    /// <summary>
    /// Lines with <c>-</c> that are there and with <c>+</c> that should be, with a few between them; <c>…</c> stands for those left out.
    /// The table has the product of both lengths: the files it is for have hundreds of lines.
    /// </summary>
    public static string Of(string there, string wanted)
    {
        var lines = Compare(there.Split('\n'), wanted.Split('\n'));
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Mark == ' ') continue;
            for (var j = Math.Max(0, i - Context); j <= Math.Min(lines.Count - 1, i + Context); j++) shown[j] = true;
        }
        var diff = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            if (shown[i]) diff.Append(lines[i].Mark).Append(lines[i].Text).Append('\n');
            else if (i == 0 || shown[i - 1]) diff.Append("…\n");
        }
        return diff.ToString();
    }

    private static List<(char Mark, string Text)> Compare(string[] a, string[] b)
    {
        // How many lines two tails have in common.
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--) common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var lines = new List<(char, string)>();
        for (var (i, j) = (0, 0); i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j]) lines.Add((' ', a[(i++, j++).Item1]));
            else if (i < a.Length && (j == b.Length || common[i + 1, j] >= common[i, j + 1])) lines.Add(('-', a[i++]));
            else lines.Add(('+', b[j++]));
        }
        return lines;
    }
}
