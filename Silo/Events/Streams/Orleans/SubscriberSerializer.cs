using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Serialization;
using Orleans.Storage;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// Orleans' lists of who subscribed, in its own encoding, as a JSON string: the column is JSON, and PostgreSQL puts the members of an object in
/// an order that Orleans' JSON encoding does not bear.
/// </summary>
internal sealed class SubscriberSerializer(Serializer serializer) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(new Wrapped(serializer.SerializeToArray(input))));

    public T? Deserialize<T>(BinaryData input) => serializer.Deserialize<T>(JsonSerializer.Deserialize<Wrapped>(input.ToMemory().Span)!.Encoded);

    private sealed record Wrapped([property: JsonPropertyName("encoded")] byte[] Encoded);
}
