using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify;

/// <summary>
/// A piece of JSON, immutable, kept as the text it came as, so that a number keeps its digits (<c>0.20</c> stays <c>0.20</c>)
/// and a grain call copies nothing. The text is valid JSON with no NUL in any string: whoever makes one has checked that.
/// </summary>
[GenerateSerializer, Immutable, Alias("buildify.json-text")]
[JsonConverter(typeof(Converter))]
public readonly record struct JsonText([property: Id(0)] string Text)
{
    /// <summary>An object with no keys.</summary>
    public static JsonText EmptyObject { get; } = new("{}");

    /// <summary>Parses the text; the caller disposes the document.</summary>
    public JsonDocument Parse() => JsonDocument.Parse(Text);

    public override string ToString() => Text;

    private sealed class Converter : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new JsonText(document.RootElement.GetRawText());
        }

        // What is inside was checked when it was made; checking it again would cost more than writing it.
        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
