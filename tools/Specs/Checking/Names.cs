using System.Text;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Checking;

/// <summary>How things are called, and what their C# names are.</summary>
internal static class Names
{
    /// <summary>No name is longer; C# names of several parts stay below the 512 that the compiler's metadata takes.</summary>
    public const int MaxLength = 64;

    /// <summary><c>create_invoice</c>: lower-case words of letters and digits, with single '_' between them.</summary>
    public static bool IsSnake(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxLength || !char.IsAsciiLetterLower(name[0]) || name[^1] == '_') return false;
        for (var i = 1; i < name.Length; i++)
        {
            var isWord = char.IsAsciiLetterLower(name[i]) || char.IsAsciiDigit(name[i]);
            if (!isWord && !(name[i] == '_' && name[i - 1] != '_')) return false;
        }
        return true;
    }

    /// <summary><c>InvoiceLine</c>: letters and digits, a capital first.</summary>
    public static bool IsPascal(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxLength || !char.IsAsciiLetterUpper(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c)) return false;
        }
        return true;
    }

    /// <summary><c>InvoiceLine</c> of <c>invoice_line</c>, <c>invoice-line</c>, <c>invoice.line</c> and <c>invoiceLine</c>.</summary>
    public static string Pascal(string name)
    {
        var pascal = new StringBuilder(name.Length);
        var isStart = true;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c)) pascal.Append(isStart ? char.ToUpperInvariant(c) : c);
            isStart = !char.IsAsciiLetterOrDigit(c);
        }
        return pascal.ToString();
    }

    /// <summary>What the name would be in snake_case, for suggestions: <c>invoice_line</c> of <c>InvoiceLine</c> and <c>invoice-line</c>.</summary>
    public static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            var isBreak = char.IsAsciiLetterUpper(c) || !char.IsAsciiLetterOrDigit(c);
            if (isBreak && snake.Length > 0 && snake[^1] != '_') snake.Append('_');
            if (char.IsAsciiLetterOrDigit(c)) snake.Append(char.ToLowerInvariant(c));
        }
        return snake.ToString().Trim('_');
    }

    /// <summary>Words of a value of an enum: letters, digits, '_' and '-', a letter first.</summary>
    public static bool IsWord(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxLength || !char.IsAsciiLetter(value[0])) return false;
        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        }
        return true;
    }

    /// <summary><c>invoice.created</c>: dotted words of a-z, digits, '_' and '-', a letter or digit first.</summary>
    public static bool IsDotted(string name)
    {
        if (name.Length is 0 or > 2 * MaxLength) return false;
        foreach (var range in name.AsSpan().Split('.'))
        {
            if (!IsDottedWord(name.AsSpan(range))) return false;
        }
        return true;
    }

    /// <summary><c>Buildify.Companies.ICompanyGrain</c>: identifiers with dots between them, two at least.</summary>
    public static bool IsFullName(string name)
    {
        var parts = name.Split('.');
        return parts.Length > 1 && parts.All(IsIdentifier);
    }

    /// <summary>A name in C#, of letters and digits of ASCII and '_'.</summary>
    public static bool IsIdentifier(string name) => name.Length is > 0 and <= 2 * MaxLength
        && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsDottedWord(ReadOnlySpan<char> word)
    {
        if (word.Length == 0 || !(char.IsAsciiLetterLower(word[0]) || char.IsAsciiDigit(word[0]))) return false;
        foreach (var c in word)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '-')) return false;
        }
        return true;
    }

    /// <summary>Tells a name that is not in snake_case, and one that every C# object has.</summary>
    public static bool CheckMember(SpecEntry entry, string noun, Problems problems) => CheckMember(entry.Key, entry.Place, noun, problems);

    public static bool CheckMember(string name, Model.Place place, string noun, Problems problems)
    {
        if (!IsSnake(name))
        {
            var better = Snake(name);
            problems.Add(SpecErrors.BadName, place, $"'{name}' is no name of {noun}: 1 to {MaxLength} characters of a-z, 0-9 and '_', a letter first"
                + (IsSnake(better) ? $"; write '{better}'" : ""));
            return false;
        }
        if (!ReservedNames.Members.Contains(name)) return true;
        problems.Add(SpecErrors.ReservedName, place, $"'{name}' is a member of every C# object; call it '{name}_value' or another name");
        return false;
    }
}
