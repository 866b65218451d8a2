using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Validation;

namespace Buildify.Gateway.Bodies;

/// <summary>A field that takes any JSON object, kept as the text it came as.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct JsonObjectText(JsonText Json)
{
    private sealed class Converter : JsonConverter<JsonObjectText>
    {
        public override JsonObjectText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
            var numbers = reader;
            while (numbers.Read() && numbers.CurrentDepth > reader.CurrentDepth)
            {
                if (numbers.TokenType == JsonTokenType.Number && !JsonNumbers.CanBeKept(numbers.ValueSpan)) throw new JsonException();
            }
            return new JsonObjectText(JsonSerializer.Deserialize<JsonText>(ref reader, options));
        }

        public override void Write(Utf8JsonWriter writer, JsonObjectText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Text, skipInputValidation: true);
    }
}
