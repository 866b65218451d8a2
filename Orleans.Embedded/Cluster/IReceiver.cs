namespace Orleans.Runtime;

/// <summary>Takes requests for a grain: its activation, or the pool of a stateless worker's.</summary>
internal interface IReceiver
{
    /// <summary>False if it has ended: ask the directory again.</summary>
    bool TryReceive(TurnRequest request);
}
