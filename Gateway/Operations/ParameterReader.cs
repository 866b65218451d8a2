using System.Globalization;
using System.Text.Json;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Validation;

namespace Buildify.Gateway.Operations;

/// <summary>Reads the path and the query by what the operation says of its parameters, and gathers what is wrong with them.</summary>
internal sealed class ParameterReader(HttpContext http, Operation operation)
{
    private const int MaxLength = 2000;

    private List<FieldError>? _errors;

    public IReadOnlyList<FieldError> Errors => _errors ?? [];

    public Problem? Refusal => _errors is null ? null : Problem.Of(Failure.Invalid([.. _errors]));

    public T Get<T>(string name) where T : notnull, IParsable<T> =>
        Text(name) is { } text ? Read<T>(name, text) ?? default! : Missing<T>(name);

    public T Get<T>(string name, T otherwise) where T : notnull, IParsable<T> => Text(name) is { } text ? Read<T>(name, text) ?? otherwise : otherwise;

    public T? Find<T>(string name) where T : struct, IParsable<T> => Text(name) is { } text && Parse<T>(name, text, out var value) ? value : null;

    public string? FindText(string name) => Text(name) is { } text ? Read<string>(name, text) : null;

    public T GetEnum<T>(string name) where T : struct, Enum => Text(name) is { } text ? ReadEnum<T>(name, text) ?? default : Missing<T>(name);

    public T? FindEnum<T>(string name) where T : struct, Enum => Text(name) is { } text ? ReadEnum<T>(name, text) : null;

    public PageRequest Page()
    {
        var refusal = Paging.Read(Text("limit"), Text("cursor"), out var page);
        if (refusal is not null) (_errors ??= []).AddRange(refusal.Errors);
        return page;
    }

    // Null for what is not sent. Sent twice it is refused: which of them was meant cannot be known.
    private string? Text(string name)
    {
        if (http.Request.RouteValues.TryGetValue(name, out var inPath)) return inPath as string;
        var sent = http.Request.Query[name];
        if (sent.Count > 1) Error(name, "is there more than once");
        return sent.Count == 1 ? sent[0] : null;
    }

    private T? Read<T>(string name, string text) where T : notnull, IParsable<T> => Parse<T>(name, text, out var value) ? value : default;

    private bool Parse<T>(string name, string text, out T value) where T : notnull, IParsable<T>
    {
        value = default!;
        if (text.Length > MaxLength) return Error(name, $"must have at most {MaxLength} characters");
        if (text.Contains('\0', StringComparison.Ordinal)) return Error(name, "has the character U+0000, which cannot be stored; leave it out");
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out var parsed)) return Error(name, Expected(typeof(T)));
        // An RFC 3339 time is whole and has its offset; without one it would be the server's own.
        if (parsed is DateTimeOffset && !(IsWhole(text) && HasOffset(text))) return Error(name, Expected(typeof(T)));
        value = parsed;
        return Holds(name, parsed);
    }

    private T? ReadEnum<T>(string name, string text) where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString()) == text) return member;
        }
        Error(name, "must be one of " + string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)));
        return null;
    }

    private bool Holds(string name, object value)
    {
        var holds = true;
        foreach (var parameter in operation.Parameters)
        {
            if (parameter.Name != name) continue;
            foreach (var rule in parameter.Rules)
            {
                if (!rule.IsValid(value)) holds = Error(name, RuleWords.Of(rule, value));
            }
        }
        return holds;
    }

    private T Missing<T>(string name)
    {
        Error(name, "is required");
        return default!;
    }

    private bool Error(string name, string message)
    {
        (_errors ??= []).Add(new(name, message));
        return false;
    }

    private static bool IsWhole(string text) => text.Length >= "2026-01-31T12:00:00Z".Length && text[4] == '-' && text[10] is ('T' or 't' or ' ');

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.EndsWith('z') || (text.Length > 6 && text[^6] is '+' or '-');

    private static string Expected(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "must be a whole number",
        TypeCode.Decimal or TypeCode.Double => "must be a number",
        TypeCode.Boolean => "must be true or false",
        _ when type == typeof(Guid) => "must be a UUID",
        _ when type == typeof(DateOnly) => "must be a date as 2026-01-31",
        _ when type == typeof(DateTimeOffset) => "must be a time as 2026-01-31T12:00:00Z",
        _ => "cannot be read",
    };
}
