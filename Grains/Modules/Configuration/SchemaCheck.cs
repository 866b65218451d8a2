using System.Collections.Immutable;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Buildify.Modules.Configuration;

/// <summary>A manifest's JSON Schema, ready to check configurations.</summary>
internal sealed class SchemaCheck
{
    private readonly JsonSchema _schema;

    private SchemaCheck(JsonSchema schema) => _schema = schema;

    /// <summary>Reads a schema. One that refers to a file or an address is refused: it would be fetched from where it says.</summary>
    public static async Task<(SchemaCheck? Check, string? Error)> Read(JsonText schema)
    {
        if (FindForeignReference(JToken.Parse(schema.Text)) is { } reference)
        {
            return (null, $"refers to '{reference}'; only references inside the schema ('#/...') are followed");
        }
        try
        {
            return (new SchemaCheck(await JsonSchema.FromJsonAsync(schema.Text)), null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return (null, $"is not a JSON Schema: {unreadable.Message}");
        }
    }

    /// <summary>What is wrong, each with its path under <c>configuration</c>; empty where nothing is.</summary>
    public ImmutableArray<FieldError> Check(JsonText configuration)
    {
        using var reader = new JsonTextReader(new StringReader(configuration.Text)) { FloatParseHandling = FloatParseHandling.Decimal, DateParseHandling = DateParseHandling.None };
        return [.. _schema.Validate(JToken.ReadFrom(reader)).SelectMany(Flatten).Select(e => new FieldError(Path(e), Message(e))).Distinct()];
    }

    // A failed anyOf or nested object wraps the errors that say something.
    private static IEnumerable<ValidationError> Flatten(ValidationError error) => error is ChildSchemaValidationError { Errors.Count: > 0 } wrapper
        ? wrapper.Errors.Values.SelectMany(inner => inner).SelectMany(Flatten)
        : [error];

    private static string Path(ValidationError error)
    {
        var path = error.Path?.TrimStart('#', '/').Replace('/', '.') ?? "";
        return path.Length == 0 ? "configuration" : $"configuration.{path}";
    }

    private static string Message(ValidationError error)
    {
        var schema = error.Schema;
        return error.Kind switch
        {
            ValidationErrorKind.NumberTooSmall => $"must be at least {schema.Minimum}",
            ValidationErrorKind.NumberTooBig => $"must be at most {schema.Maximum}",
            ValidationErrorKind.StringTooShort => $"must have at least {schema.MinLength} characters",
            ValidationErrorKind.StringTooLong => $"must have at most {schema.MaxLength} characters",
            ValidationErrorKind.PatternMismatch => $"must match the pattern {schema.Pattern}",
            ValidationErrorKind.NotInEnumeration => $"must be one of {string.Join(", ", schema.Enumeration)}",
            ValidationErrorKind.PropertyRequired => "is required",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not a setting of this module",
            _ => $"is refused by the module's schema: {Words(error.Kind)}",
        };
    }

    // "StringExpected" → "string expected"
    private static string Words(ValidationErrorKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : c.ToString()));

    private static string? FindForeignReference(JToken token) => token.SelectTokens("$..$ref")
        .OfType<JValue>().Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault(reference => !reference.StartsWith('#'));
}
