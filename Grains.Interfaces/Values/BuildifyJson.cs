using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify;

/// <summary>The one form of JSON that Buildify speaks and stores: <c>snake_case</c>, names of enum members likewise.</summary>
public static class BuildifyJson
{
    /// <summary>RFC 3339 in UTC, with a Z and the six decimals that PostgreSQL keeps: a time reads the same from wherever it comes.</summary>
    public static JsonConverter<DateTimeOffset> Times { get; } = new UtcTimes();

    /// <summary>Unknown members, duplicate members and more than <see cref="MaxDepth"/> levels are refused.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>How deep JSON that comes from outside may be nested, in levels.</summary>
    public const int MaxDepth = 32;

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            MaxDepth = MaxDepth,
            // Answers are application/json, never inside HTML, so letters need no escapes.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { Times, new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class UtcTimes : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            Span<char> text = stackalloc char[32];
            value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..length]);
        }
    }
}
