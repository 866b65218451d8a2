namespace Orleans.Runtime;

/// <summary>Something that an activation runs when its turn has come: a call, a timer's tick, a stream's item.</summary>
internal abstract class TurnRequest
{
    /// <summary>The next one in the activation's queue; the list is its own links so that an idle activation has none.</summary>
    internal TurnRequest? Next { get; set; }

    /// <summary>How many activations ended while it waited at them.</summary>
    internal int Moves { get; set; }

    internal virtual bool AlwaysInterleaves => false;

    internal virtual bool IsReadOnly => false;

    /// <summary>Of the call chain it belongs to, if that allows coming back; else empty.</summary>
    internal virtual Guid ReentrancyId => default;

    /// <summary>Whether it is this activation's own: it still runs while the activation ends, and is lost with it.</summary>
    internal virtual bool IsLocal => false;

    /// <summary>Whether having run it makes the activation count as used.</summary>
    internal virtual bool KeepsAlive => true;

    /// <summary>Whether nobody waits for it any more, so that it need not start.</summary>
    internal virtual bool IsAbandoned => false;

    /// <summary>Runs it, and tells the activation when it is done. Does not throw.</summary>
    internal abstract Task RunAsync(Activation activation);

    /// <summary>It will not run.</summary>
    internal abstract void Fail(Exception exception);
}
