using System.Text.Json;

namespace Buildify.Modules.Manifests;

/// <summary>
/// One object of a manifest being read: knows which keys it may have, and gathers every error with its path instead of stopping at
/// the first.
/// </summary>
internal sealed class ManifestFields
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<FieldError> _errors;

    /// <param name="known">The keys it may have; null where the keys are names that the author chooses.</param>
    public ManifestFields(JsonElement @object, string path, List<FieldError> errors, string[]? known)
    {
        (_object, _path, _errors) = (@object, path, errors);
        foreach (var property in @object.EnumerateObject())
        {
            if (known is not null && !known.Contains(property.Name))
            {
                Error(property.Name, $"is not a key of a manifest here; {Nearest.Hint(property.Name, known)}");
            }
        }
    }

    public void Error(string key, string message) => _errors.Add(new(_path.Length == 0 ? key : $"{_path}.{key}", message));

    public string? Text(string key, bool required = false, int maxLength = 1000)
    {
        if (Value(key, required) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) Error(key, "must be a string");
        else if (value.GetString() is { } text && text.Length <= maxLength) return text;
        else Error(key, $"must be at most {maxLength} characters");
        return null;
    }

    public bool Flag(string key)
    {
        if (Value(key) is not { } value || value.ValueKind == JsonValueKind.True) return Value(key) is not null;
        if (value.ValueKind != JsonValueKind.False) Error(key, "must be true or false");
        return false;
    }

    public int? Port(string key)
    {
        if (Value(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var port) && port is > 0 and < 65536) return port;
        Error(key, "must be a port, 1 to 65535");
        return null;
    }

    public JsonElement? Array(string key)
    {
        if (Value(key) is not { } value || value.ValueKind == JsonValueKind.Array) return Value(key);
        Error(key, "must be an array");
        return null;
    }

    public JsonElement? Element(string key)
    {
        if (Value(key) is not { } value || value.ValueKind == JsonValueKind.Object) return Value(key);
        Error(key, "must be an object");
        return null;
    }

    /// <summary>The object at this key, to be read in turn; null where it is not there.</summary>
    public ManifestFields? Object(string key, params string[] known) =>
        Element(key) is { } element ? new ManifestFields(element, Path(key), _errors, known) : null;

    /// <summary>The object at this key, whose keys are names that the author chose: each with its value.</summary>
    public IEnumerable<(string Name, JsonElement Value, ManifestFields Fields)> Named(string key)
    {
        if (Element(key) is not { } element) yield break;
        var fields = new ManifestFields(element, Path(key), _errors, known: null);
        foreach (var property in element.EnumerateObject()) yield return (property.Name, property.Value, fields);
    }

    private string Path(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private JsonElement? Value(string key, bool required = false)
    {
        if (_object.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null) return value;
        if (required) Error(key, "is required");
        return null;
    }
}
