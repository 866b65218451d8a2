using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace Buildify.Silo.Postgres;

/// <summary>
/// Grain state as the JSON that <c>grain_state</c> holds and a person reads in psql. Not <see cref="BuildifyJson"/>, which refuses what it
/// does not know: a document may come from a newer version of this program, and what that added is kept by the state types'
/// <see cref="JsonExtensionDataAttribute"/>.
/// </summary>
public sealed class DocumentSerializer : IGrainStorageSerializer
{
    public static DocumentSerializer Instance { get; } = new();

    private static readonly JsonSerializerOptions Options = Make();

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options);

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            // Never part of a web page: an umlaut stays an umlaut.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // jsonb sorts an object's members, so "$type" may come after others.
            AllowOutOfOrderMetadataProperties = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
