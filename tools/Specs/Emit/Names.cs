using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Buildify.Specs.Emit;

/// <summary>From the names of specs to those of C# and TypeScript.</summary>
internal static class Names
{
    private static readonly FrozenSet<string> Keywords = FrozenSet.ToFrozenSet(
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default",
        "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto",
        "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out",
        "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc",
        "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort",
        "using", "virtual", "void", "volatile", "while",
    ]);

    /// <summary><c>invoice_id</c>, <c>tax-reports</c> and <c>invoice.created</c> to <c>InvoiceId</c>, <c>TaxReports</c>, <c>InvoiceCreated</c>.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder(name.Length);
        var upper = true;
        foreach (var letter in name)
        {
            if (letter is '_' or '-' or '.' or ' ') upper = true;
            else
            {
                text.Append(upper ? char.ToUpperInvariant(letter) : letter);
                upper = false;
            }
        }
        return text.ToString();
    }

    /// <summary>A local name in C#.</summary>
    public static string Camel(string name)
    {
        var camel = TsCamel(name);
        return Keywords.Contains(camel) ? "@" + camel : camel;
    }

    public static string TsCamel(string name)
    {
        var pascal = Pascal(name);
        return char.ToLowerInvariant(pascal[0]) + pascal[1..];
    }

    /// <summary>A string literal, in C# and in TypeScript alike.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, Literal);

    private static readonly JsonSerializerOptions Literal = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the platform's JSON calls a C# property of this name; where it differs from the spec's name it has to be said.</summary>
    public static string Json(string pascal) => JsonNamingPolicy.SnakeCaseLower.ConvertName(pascal);
}
