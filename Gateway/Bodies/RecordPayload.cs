using System.Text.Json;
using Buildify.Validation;

namespace Buildify.Gateway.Bodies;

/// <summary>Checks a payload against the record that its handler will be given, as strictly as a request's body.</summary>
internal static class RecordPayload
{
    /// <param name="path">Where the payload stands in the body.</param>
    public static void Check(Type record, string path, JsonText payload, List<FieldError> errors)
    {
        var shape = Body.Options.GetTypeInfo(record);
        if (shape.Properties.Any(property => property.IsExtensionData)) return;
        try
        {
            var value = JsonSerializer.Deserialize(payload.Text, shape);
            errors.AddRange(InputRules.Check(value!).Select(error => error.Field == "$" ? error with { Field = path } : error with { Field = JsonPath.Join(path, error.Field) }));
        }
        catch (JsonException)
        {
            using var document = JsonDocument.Parse(payload.Text);
            var before = errors.Count;
            JsonShape.Check(document.RootElement, shape, path, errors);
            if (errors.Count == before) errors.Add(new(path, "has a value that does not fit its field"));
        }
    }
}
