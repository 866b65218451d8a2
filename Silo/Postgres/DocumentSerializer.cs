using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify.Silo.Postgres;

/// <summary>
/// Grain state as the JSON that <c>grain_state</c> holds and a person reads in psql. Not <see cref="BuildifyJson"/>, which refuses what it
/// does not know: a document may come from a newer version of this program, and what that added is kept by the state types'
/// <see cref="JsonExtensionDataAttribute"/>.
/// </summary>
public static class DocumentSerializer
{
    private static readonly JsonSerializerOptions Options = Make();

    /// <summary>UTF-8.</summary>
    public static byte[] Serialize<T>(T? state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    public static T? Deserialize<T>(ReadOnlySpan<byte> document) => JsonSerializer.Deserialize<T>(document, Options);

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            // Never part of a web page: an umlaut stays an umlaut.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // jsonb sorts an object's members, so "$type" may come after others.
            AllowOutOfOrderMetadataProperties = true,
            Converters = { BuildifyJson.Times, new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
