namespace Orleans.Runtime;

internal enum ActivationState
{
    /// <summary>Its grain is being made and activated; requests wait.</summary>
    Starting,

    /// <summary>Requests run.</summary>
    Active,

    /// <summary>What runs goes on to its end, what comes waits for the next activation.</summary>
    Ending,

    /// <summary>Turns every request away.</summary>
    Ended,
}
