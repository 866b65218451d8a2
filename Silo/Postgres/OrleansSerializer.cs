#if ORLEANS
using Orleans.Storage;

namespace Buildify.Silo.Postgres;

/// <summary><see cref="DocumentSerializer"/> as Orleans' storage providers take it.</summary>
internal sealed class OrleansSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(DocumentSerializer.Serialize(input));

    public T? Deserialize<T>(BinaryData input) => DocumentSerializer.Deserialize<T>(input.ToMemory().Span);
}
#endif
