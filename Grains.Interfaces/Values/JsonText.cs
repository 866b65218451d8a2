using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify;

/// <summary>
/// A piece of JSON, immutable, kept as text, so that a number keeps its digits (<c>0.20</c> stays <c>0.20</c>) and a grain call
/// copies nothing. The text is valid JSON with no NUL in any string: whoever makes one has checked that.
/// </summary>
[GenerateSerializer, Immutable, Alias("buildify.json-text")]
[JsonConverter(typeof(Converter))]
public readonly record struct JsonText([property: Id(0)] string Text)
{
    /// <summary>An object with no keys.</summary>
    public static JsonText EmptyObject { get; } = new("{}");

    /// <summary>The element's JSON without white space; PostgreSQL's jsonb puts some in.</summary>
    public static JsonText From(JsonElement element)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            element.WriteTo(writer);
        }
        return new JsonText(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <inheritdoc cref="From(JsonElement)"/>
    public static JsonText From(string json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    /// <summary>Parses the text; the caller disposes the document.</summary>
    public JsonDocument Parse() => JsonDocument.Parse(Text);

    public override string ToString() => Text;

    private sealed class Converter : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return From(document.RootElement);
        }

        // What is inside was checked when it was made; checking it again would cost more than writing it.
        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
