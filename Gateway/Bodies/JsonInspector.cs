using System.Text;
using System.Text.Json;
using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Bodies;

/// <summary>
/// Reads through a text token by token, for what makes it bad JSON whatever it should mean: syntax, depth, a key twice in one
/// object, a NUL, half of a surrogate pair.
/// </summary>
internal static class JsonInspector
{
    // Deeper than any limit of ours, so that depth is told as depth; a text of nothing but brackets ends here.
    private const int ReadableDepth = 1000;

    /// <summary>Null where there is nothing to find fault with.</summary>
    public static Problem? Inspect(ReadOnlySpan<byte> text)
    {
        var errors = new List<FieldError>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = ReadableDepth });
        try
        {
            Walk(ref reader, errors);
        }
        catch (JsonException error)
        {
            return Problem.Of(ProblemCodes.Malformed, reader.CurrentDepth >= ReadableDepth - 1
                ? TooDeep
                : $"The body is not valid JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
        return errors.Count == 0 ? null : Problem.Of(Failure.Invalid([.. errors]));
    }

    private static string TooDeep => $"The body is nested more than {BuildifyJson.MaxDepth} levels deep.";

    private static void Walk(ref Utf8JsonReader reader, List<FieldError> errors)
    {
        var path = new Stack<Level>();
        while (reader.Read())
        {
            if (errors.Count >= JsonShape.MaxErrors) continue;
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray)) Enter(path);
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (path.Count == BuildifyJson.MaxDepth) errors.Add(new(Name(path), $"is nested more than {BuildifyJson.MaxDepth} levels deep"));
                    path.Push(new Level(IsArray: reader.TokenType == JsonTokenType.StartArray));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    var level = path.Peek();
                    level.Name = Encoding.UTF8.GetString(reader.ValueSpan);
                    if (JsonEscapes.FindBad(reader.ValueSpan) is { } inName) errors.Add(new(Name(path), $"has {inName} in its name"));
                    else if (!level.Names.Add(reader.GetString()!)) errors.Add(new(Name(path), "is there twice"));
                    break;
                case JsonTokenType.String when JsonEscapes.FindBad(reader.ValueSpan) is { } inValue:
                    errors.Add(new(Name(path), $"has {inValue}"));
                    break;
            }
        }
    }

    private static void Enter(Stack<Level> path)
    {
        if (path.TryPeek(out var level) && level.IsArray) level.Index++;
    }

    private static string Name(Stack<Level> path)
    {
        var name = path.Reverse().Aggregate("", (so, level) => level.IsArray ? $"{so}[{level.Index}]" : JsonPath.Join(so, level.Name));
        return name.Length == 0 ? "$" : name;
    }

    private sealed record Level(bool IsArray)
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
        public string Name { get; set; } = "";
        public int Index { get; set; } = -1;
    }
}
