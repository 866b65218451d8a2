using System.Collections.Immutable;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Checking;

/// <summary>Paths of routes: <c>/invoices/{invoice_id}/issue</c>.</summary>
internal static class UrlPath
{
    /// <summary>The placeholders, with their places; what is wrong with the path is told.</summary>
    public static ImmutableArray<SpecText> Placeholders(SpecText path, Problems problems)
    {
        var text = path.Value;
        if (text.Length == 0) return [];
        if (text[0] != '/')
        {
            problems.Add(SpecErrors.BadPath, path.Place, $"'{text}' must start with '/'; write '/{text}'");
            return [];
        }
        if (text[^1] == '/')
        {
            problems.Add(SpecErrors.BadPath, path.Place, $"'{text}' must not end with '/'; write '{text.TrimEnd('/')}'");
            return [];
        }
        var placeholders = ImmutableArray.CreateBuilder<SpecText>();
        var start = 1;
        foreach (var segment in text[1..].Split('/'))
        {
            if (Placeholder(segment) is { } name) placeholders.Add(new SpecText(name, Quoted: true, path.At(start)));
            else if (!IsLiteral(segment)) problems.Add(SpecErrors.BadPath, path.At(start), $"'{segment}' is no segment of a path; {Better(segment)}");
            start += segment.Length + 1;
        }
        return placeholders.DrainToImmutable();
    }

    /// <summary>The path with every placeholder as <c>{}</c>: two routes that this makes equal are one.</summary>
    public static string Pattern(string path) => string.Join('/', path.Split('/').Select(s => s.StartsWith('{') ? "{}" : s));

    private static string? Placeholder(string segment) =>
        segment.Length > 2 && segment[0] == '{' && segment[^1] == '}' && Names.IsSnake(segment.AsSpan(1..^1)) ? segment[1..^1] : null;

    private static bool IsLiteral(string segment) =>
        segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.');

    private static string Better(string segment)
    {
        if (segment.StartsWith('{') && segment.IndexOf(':') is > 0 and var colon) return $"write '{segment[..colon]}}}' and its type under params";
        if (segment.Length == 0) return "leave one '/' out";
        return segment.ToLowerInvariant() is var lower && IsLiteral(lower) ? $"write '{lower}'" : "a segment is a-z, 0-9, '_', '-', '.', or one {parameter}";
    }
}
