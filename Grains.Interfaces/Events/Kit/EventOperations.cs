using Buildify.Databases;
using Buildify.Idempotency;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Events;

/// <summary>Calls operations for events: what handlers do that are written from specs.</summary>
public static class EventOperations
{
    /// <summary>The company that an event is about.</summary>
    /// <exception cref="PermanentEventFailureException">It is about none, and the operation is a company's.</exception>
    public static string Company(EventContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.CompanyId ?? throw new PermanentEventFailureException($"The event {context.Event.Id} ({context.Event.EventType}) is about no company, and the operation is a company's.");
    }

    /// <summary>A value that an operation cannot do without, of a field that an event may leave out.</summary>
    /// <exception cref="PermanentEventFailureException">It is null.</exception>
    public static PermanentEventFailureException Lacks(EventContext context, string field)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new PermanentEventFailureException($"The event {context.Event.Id} ({context.Event.EventType}) has no {field}, and the operation needs one.");
    }

    /// <summary>
    /// Calls an operation for an event. The call is stamped with the event's id: an operation that commits its stamp takes effect once,
    /// however often the event comes within a day. Where the module is off for the company nothing is called.
    /// </summary>
    /// <param name="subscription">The handler's name; one event may call several operations.</param>
    /// <param name="company">Null for an operation of the tenant.</param>
    /// <param name="input">Checked against its own rules, as the gateway does for calls from outside.</param>
    /// <exception cref="PermanentEventFailureException">It was refused, and would be again.</exception>
    /// <exception cref="RefusedOperationException">It was refused, and may not be later.</exception>
    public static async Task Call<T>(
        IGrainFactory grains, string module, string subscription, string? company, object? input, EventContext context, Func<Call, Task<Outcome<T>>> operation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(operation);
        if (await ModuleAccess.Refuse(grains, module, context.Tenant, company, input) is { } refusal)
        {
            if (refusal.Code == FailureCodes.ModuleNotEnabled) return;
            throw ToException(refusal);
        }
        var stamp = new IdempotencyStamp($"{context.Tenant}/event:{module}.{subscription}", context.Event.Id, context.Event.EventType, 200);
        var call = Operations.Call.BySystem($"event:{context.Event.EventType}") with { Stamp = stamp };
        try
        {
            if ((await operation(call)).Failure is { Code: not FailureCodes.IdempotencyConflict } failure) throw ToException(failure);
        }
        catch (IdempotencyConflictException)
        {
            // An earlier attempt took effect.
        }
    }

    private static Exception ToException(Failure failure) => failure.ToException() is PermanentFailureException permanent
        ? new PermanentEventFailureException(permanent.Message, permanent)
        : failure.ToException();
}
