using System.Text.Json;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Idempotency;

namespace Buildify.Gateway.Idempotency;

/// <summary>
/// Runs what makes something once for each <c>Idempotency-Key</c>. The key is committed by the grain that makes the effect, with
/// the effect; the gateway asks beforehand whether it is known, and answers a repeat from what was stored.
/// </summary>
internal sealed partial class Idempotent(IGrainFactory grains, ILogger<Idempotent> log)
{
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <param name="tenant">Whose the effect is; null for the platform's.</param>
    /// <param name="module">Whose tables the key is committed with; null for the platform's.</param>
    /// <param name="fingerprint">The body's, where a key was sent.</param>
    /// <param name="effect">Makes it, with the stamp to be committed along; null where no key was sent.</param>
    /// <param name="answer">Answers what was made, the first time and each other.</param>
    public async Task<IResult> Create<T>(
        HttpContext http, string? tenant, string? module, string? fingerprint, Func<IdempotencyStamp?, Task<Outcome<T>>> effect, Func<T, IResult> answer)
    {
        var key = IdempotencyKey.Read(http.Request, out var refusal);
        if (refusal is not null) return refusal;
        if (key is null || fingerprint is null) return Answers.Answer.Of(await effect(null).Within(http), answer);

        var subject = http.User.Subject();
        var grain = grains.GetGrain<IIdempotencyGrain>(GrainKeys.Idempotency(tenant, subject, key));
        var decision = await grain.Begin(fingerprint, module).Within(http);
        switch (decision.Verdict)
        {
            case IdempotencyVerdict.Replay:
                http.Response.Headers[ReplayedHeader] = "true";
                return answer(JsonSerializer.Deserialize<T>(decision.Response!.Value.Text, BuildifyJson.Options)!);
            case IdempotencyVerdict.InProgress:
                return Problem.Of(FailureCodes.IdempotencyConflict, "The request with this Idempotency-Key is still running; repeat it shortly.");
            case IdempotencyVerdict.Mismatch:
                return Problem.Of(ProblemCodes.IdempotencyMismatch, "This Idempotency-Key was used for another request; take a new one.");
        }
        var stamp = new IdempotencyStamp(GrainKeys.IdempotencyScope(tenant, subject), key, fingerprint, StatusCodes.Status201Created);
        return Answers.Answer.Of(await Run(grain, decision.Claim, effect(stamp)).Within(http), answer);
    }

    // The claim holds until the effect is over, which may be after the caller has hung up or the request's time has run out.
    private async Task<Outcome<T>> Run<T>(IIdempotencyGrain grain, Guid claim, Task<Outcome<T>> effect)
    {
        try
        {
            return await effect;
        }
        finally
        {
            await End(grain, claim);
        }
    }

    private async Task End(IIdempotencyGrain grain, Guid claim)
    {
        try
        {
            await grain.End(claim);
        }
        catch (Exception error)
        {
            // It ends by itself after a minute; the effect is made, and its answer is due.
            Log.NotEnded(log, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The claim of an idempotency key could not be ended")]
        public static partial void NotEnded(ILogger logger, Exception error);
    }
}
