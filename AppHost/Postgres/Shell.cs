namespace Buildify.AppHost.Postgres;

/// <summary>Text for a POSIX shell.</summary>
internal static class Shell
{
    /// <summary>One word, whatever is in it.</summary>
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
