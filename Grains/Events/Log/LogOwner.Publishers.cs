using System.Collections.Immutable;
using Buildify.Databases;
using Buildify.Idempotency;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>What publishers ask.</summary>
internal sealed partial class LogOwner
{
    public async Task<Outcome<ImmutableArray<AppendedEvent>>> Append(ImmutableArray<NewEvent> events, IdempotencyStamp? stamp)
    {
        if (events.IsDefaultOrEmpty) return ImmutableArray<AppendedEvent>.Empty;
        string? known = null;
        foreach (var made in events)
        {
            // Nearly always one tenant's, and to count is to hash.
            if (made.Tenant == known) continue;
            known = made.Tenant;
            if (EventPlacement.Of(known) != partition)
            {
                throw new ArgumentException($"Events of {known} are in partition {EventPlacement.Of(known)} of the log, not in {partition}.", nameof(events));
            }
        }
        var now = time.GetUtcNow();
        var work = new LogWork
        {
            Events = await personal.Protect(events),
            Ids = [.. events.Select(made => made.Id ?? Guid.CreateVersion7(now).ToString())],
            Positions = new long[events.Length],
            Stamp = stamp,
        };
        try
        {
            await _writer.Add(work, work.Weight);
            return work.Answer;
        }
        catch (GroupWriterFullException)
        {
            return new Failure(FailureCodes.QueueFull, "The event log has more to write than it can at the moment; try again shortly.");
        }
        catch (PostgresException error) when (error.ConstraintName == "idempotency_keys_pkey")
        {
            throw new IdempotencyConflictException(
                "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return new Failure(FailureCodes.QueueFull, "An event with this id is being written by a transaction that has not ended; try again shortly.");
        }
        // As a payload with a character that PostgreSQL does not store, numbers beyond its own, or too many small ones.
        catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.ConstraintName == "events_payload_check")
        {
            return Failure.Invalid(new FieldError("payload", $"cannot be stored: {error.MessageText}"));
        }
    }
}
