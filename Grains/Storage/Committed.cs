using Buildify.Diagnostics;
using Buildify.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Buildify.Storage;

/// <summary>
/// A grain's document as it is committed. A write changes <see cref="Value"/> when PostgreSQL has it and not before, so that a
/// call that interleaves with the write never sees what may still be refused.
/// </summary>
/// <param name="grain">Leaves memory after a write whose outcome is unknown, so that the next call reads what is true.</param>
internal sealed class Committed<T>(IGrainBase grain, IPersistentState<T> state)
    where T : Document
{
    private T? _adopted;
    private bool _exists;

    public T Value => _adopted ?? state.State;

    public bool Exists => _adopted is null ? state.RecordExists : _exists;

    /// <summary>
    /// Writes the document and its outbox in one statement. Answers a failure where the outbox has an idempotency key that was
    /// used in the meantime; throws where PostgreSQL is away or another activation wrote first.
    /// </summary>
    public async Task<Failure?> Write(T next, Outbox? outbox = null)
    {
        (_adopted, _exists) = (Value, Exists);
        state.State = (T)((Document)next with { Outbox = outbox });
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception error) when (IsKeyUsed(error))
        {
            state.State = _adopted;
            return new Failure(FailureCodes.IdempotencyConflict,
                "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.");
        }
        catch
        {
            state.State = _adopted;
            grain.DeactivateOnIdle();
            throw;
        }
        await Failpoints.Reach(Failpoints.AfterWrite, grain.GrainContext.GrainId.Key.ToString()!);
        (_adopted, _exists) = (next, true);
        state.State = next;
        if (outbox is { Events.IsEmpty: false }) await Tell(outbox);
        return null;
    }

    private Task Tell(Outbox outbox) => grain.GrainContext.ActivationServices.GetRequiredService<IGrainFactory>()
        .PokeEventLogs(outbox.Events.Select(row => EventPlacement.Of(row.TenantId)).Distinct());

    // Orleans' provider wraps what PostgreSQL said.
    private static bool IsKeyUsed(Exception? error) => error is not null
        && (error is PostgresException { ConstraintName: "idempotency_keys_pkey" } || IsKeyUsed(error.InnerException));
}
