namespace Orleans.Runtime;

/// <summary>A request to a grain that is not a call: an enumeration, a stream's item. Delivered as calls are.</summary>
internal abstract class GrainRequest : TurnRequest
{
    public required GrainId Target { get; init; }

    /// <summary>Whose request it is; placement prefers its silo.</summary>
    public required CallOrigin From { get; init; }

    public Dictionary<string, object>? Context { get; init; }
}
