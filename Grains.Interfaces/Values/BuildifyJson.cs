using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify;

/// <summary>The one form of JSON that Buildify speaks and stores: <c>snake_case</c>, names of enum members likewise.</summary>
public static class BuildifyJson
{
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
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
