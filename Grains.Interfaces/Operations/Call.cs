using Buildify.Idempotency;

namespace Buildify.Operations;

/// <summary>Goes along with every operation that changes something.</summary>
/// <param name="Caller">Who asks, for histories.</param>
/// <param name="Stamp">What is to be committed with the effect, so that a repeat finds it; null where the request had no key.</param>
[GenerateSerializer, Immutable, Alias("buildify.call")]
public sealed record Call([property: Id(0)] Caller Caller, [property: Id(1)] IdempotencyStamp? Stamp)
{
    /// <summary>The platform itself asks: an event, a task, a hook.</summary>
    /// <param name="actor">As <c>system:invoices</c>.</param>
    public static Call BySystem(string actor) => new(new Caller(actor, Diagnostics.CallContext.CorrelationId ?? Guid.NewGuid().ToString("N")), Stamp: null);

    /// <summary>The same caller, for another operation: the key was for the first.</summary>
    public Call WithoutStamp() => Stamp is null ? this : this with { Stamp = null };
}

/// <summary>What an operation answers that has nothing to say but that it is done.</summary>
[GenerateSerializer, Immutable, Alias("buildify.unit")]
public sealed record Unit
{
    public static Unit Value { get; } = new();
}
