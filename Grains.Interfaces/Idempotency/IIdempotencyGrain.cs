namespace Buildify.Idempotency;

/// <summary>
/// One client's <c>Idempotency-Key</c> (<see cref="GrainKeys.Idempotency"/>). It holds nothing durable itself: the row that
/// proves a key was used is written by the grain that makes the effect, in the same statement as the effect.
/// </summary>
[Alias("buildify.idempotency")]
public interface IIdempotencyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks whether a request with this key may run. A claim given with <see cref="IdempotencyVerdict.Proceed"/> ends with
    /// <see cref="End"/>, or by itself after a minute where its gateway died.
    /// </summary>
    /// <param name="fingerprint">A hash of what the request asks for; at most 128 characters.</param>
    /// <param name="module">The module in whose tables the effect is made, which may be in a database of their own; null for the platform's.</param>
    [Alias("Begin")]
    Task<IdempotencyDecision> Begin(string fingerprint, string? module);

    /// <summary>The request with the claim is over, whatever became of it.</summary>
    /// <param name="claim">The one that <see cref="Begin"/> gave.</param>
    [Alias("End")]
    Task End(Guid claim);
}

public enum IdempotencyVerdict
{
    /// <summary>The key is new: run the request.</summary>
    Proceed,

    /// <summary>The request ran before: answer the stored response.</summary>
    Replay,

    /// <summary>The same request is running now.</summary>
    InProgress,

    /// <summary>The key was used for something else.</summary>
    Mismatch,
}

/// <param name="Claim">With <see cref="IdempotencyVerdict.Proceed"/>: what to hand to <see cref="IIdempotencyGrain.End"/>.</param>
/// <param name="Response">With <see cref="IdempotencyVerdict.Replay"/>: the effect's result as it was stored.</param>
[GenerateSerializer, Immutable, Alias("buildify.idempotency-decision")]
public sealed record IdempotencyDecision(
    [property: Id(0)] IdempotencyVerdict Verdict, [property: Id(1)] Guid Claim, [property: Id(2)] JsonText? Response);

/// <summary>
/// What a grain writes together with its effect, so that a repeat with the same key finds it. A grain that is given none writes none.
/// </summary>
/// <param name="Scope">The tenant (or <c>platform:</c>) and the subject; one caller's keys mean nothing for another's.</param>
/// <param name="Key">As the client sent it; 1 to 255 printable ASCII characters.</param>
/// <param name="Fingerprint">As given to <see cref="IIdempotencyGrain.Begin"/>.</param>
/// <param name="Status">The HTTP status of success.</param>
[GenerateSerializer, Immutable, Alias("buildify.idempotency-stamp")]
public sealed record IdempotencyStamp(
    [property: Id(0)] string Scope, [property: Id(1)] string Key, [property: Id(2)] string Fingerprint, [property: Id(3)] int Status);
