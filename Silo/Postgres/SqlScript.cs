namespace Buildify.Silo.Postgres;

/// <summary>One statement of a script and the line it starts on, counted from 1.</summary>
internal readonly record struct SqlStatement(string Text, int Line);

/// <summary>
/// Cuts a script into its statements, so that an error can name the one that failed. Knows PostgreSQL's quotes and comments (manual,
/// 4.1); not the <c>BEGIN ATOMIC</c> bodies of SQL functions, whose semicolons stand bare: dollar-quote those.
/// </summary>
internal static class SqlScript
{
    public static List<SqlStatement> Split(string script)
    {
        var statements = new List<SqlStatement>();
        var (start, line, startLine) = (-1, 1, 1);
        for (var at = 0; at < script.Length;)
        {
            var next = SkipComment(script, at);
            if (next == at)
            {
                if (start < 0 && !char.IsWhiteSpace(script[at]) && script[at] != ';')
                    (start, startLine) = (at, line);
                next = SkipQuoted(script, at);
                if (next == at)
                {
                    next = at + 1;
                    if (script[at] == ';' && start >= 0)
                    {
                        statements.Add(new(script[start..at], startLine));
                        start = -1;
                    }
                }
            }
            line += script.AsSpan(at, next - at).Count('\n');
            at = next;
        }
        if (start >= 0)
            statements.Add(new(script[start..].TrimEnd(), startLine));
        return statements;
    }

    /// <summary>Where the comment at <paramref name="at"/> ends; <paramref name="at"/> itself where there is none.</summary>
    private static int SkipComment(string script, int at)
    {
        if (Stands(script, at, "--"))
            return End(script.IndexOf('\n', at), script, 0);
        if (!Stands(script, at, "/*"))
            return at;

        var depth = 0;
        do
        {
            if (Stands(script, at, "/*"))
                (depth, at) = (depth + 1, at + 2);
            else if (Stands(script, at, "*/"))
                (depth, at) = (depth - 1, at + 2);
            else
                at++;
        }
        while (depth > 0 && at < script.Length);
        return Math.Min(at, script.Length);
    }

    private static int SkipQuoted(string script, int at)
    {
        switch (script[at])
        {
            case '"':
                return End(script.IndexOf('"', at + 1), script, 1);
            case '\'':
                // A doubled quote ends one literal and begins the next, which comes to the same.
                var escapes = at > 0 && script[at - 1] is 'E' or 'e' && (at < 2 || !IsWord(script[at - 2]));
                for (at++; at < script.Length && script[at] != '\''; at++)
                {
                    if (escapes && script[at] == '\\')
                        at++;
                }
                return Math.Min(at + 1, script.Length);
            case '$' when at == 0 || !IsWord(script[at - 1]):
                var tag = at + 1;
                while (tag < script.Length && IsWord(script[tag]))
                    tag++;
                if (tag >= script.Length || script[tag] != '$' || (tag > at + 1 && char.IsAsciiDigit(script[at + 1])))
                    return at;
                var quote = script[at..(tag + 1)];
                return End(script.IndexOf(quote, tag + 1, StringComparison.Ordinal), script, quote.Length);
            default:
                return at;
        }
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    private static bool Stands(string script, int at, string what) =>
        string.CompareOrdinal(script, at, what, 0, what.Length) == 0;

    /// <summary>What is never closed runs to the end; PostgreSQL's own error about it is better than one of ours.</summary>
    private static int End(int found, string script, int length) => found < 0 ? script.Length : found + length;
}
