using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify.Storage;

/// <summary>What a grain stores: one JSON document, that a person can read with <c>psql</c>.</summary>
internal abstract record Document
{
    /// <summary>Rows for other tables, that the write statement takes out of the document and commits together with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Outbox? Outbox { get; init; }

    /// <summary>What a newer version of this program wrote; kept, so that rolling back loses nothing.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }
}
