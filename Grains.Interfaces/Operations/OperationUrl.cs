using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Buildify.Operations;

/// <summary>The address of one call: a path whose parts are filled in, and a query. Whatever is put in is escaped.</summary>
public sealed class OperationUrl(string path)
{
    private readonly StringBuilder _query = new();
    private string _path = path;

    /// <summary>Fills in <c>{name}</c>.</summary>
    public OperationUrl Set(string name, object value)
    {
        _path = _path.Replace($"{{{name}}}", Uri.EscapeDataString(Text(value)), StringComparison.Ordinal);
        return this;
    }

    /// <summary>Adds a parameter; null adds none.</summary>
    public OperationUrl Add(string name, object? value)
    {
        if (value is not null) _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(Text(value)));
        return this;
    }

    /// <summary>Adds which page of a list is wanted; null for the first.</summary>
    public OperationUrl Add(PageRequest? page) => page is null ? this : Add("limit", page.Limit).Add("cursor", page.Cursor);

    public override string ToString() => _path + _query;

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Enum member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
