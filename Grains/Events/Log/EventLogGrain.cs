using System.Collections.Immutable;
using Buildify.Events.Personal;
using Buildify.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Buildify.Events.Log;

/// <inheritdoc cref="IEventLogGrain"/>
/// <remarks>Reentrant: while one call waits for its commit, or a reader for an event, the next ones are served.</remarks>
[Reentrant, GrainType("event-log")]
internal sealed class EventLogGrain(
    [FromKeyedServices(EventLogGrain.SourceKey)] NpgsqlDataSource source, PersonalFields personal, LogMetrics metrics, TimeProvider time,
    ILogger<EventLogGrain> log) : Grain, IEventLogGrain
{
    /// <summary>The key of the pool whose connections are the log's.</summary>
    public const string SourceKey = "events";

    private LogOwner _owner = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _owner = new LogOwner((short)GrainKeys.EventPartitionOf(this.GetPrimaryKeyString()), source, personal, metrics, time, DeactivateOnIdle, log);
        await _owner.Begin();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _owner?.End() ?? Task.CompletedTask;

    public Task<Outcome<ImmutableArray<AppendedEvent>>> Append(ImmutableArray<NewEvent> events, IdempotencyStamp? stamp) => _owner.Append(events, stamp);

    public Task<EventSlice> Read(long after, int max, TimeSpan wait, CancellationToken cancellation) => _owner.Read(after, max, wait, cancellation);

    public Task<long> Head(long beyond, TimeSpan wait, CancellationToken cancellation) => _owner.Head(beyond, wait, cancellation);

    public Task Poke()
    {
        _owner.Poke();
        return Task.CompletedTask;
    }
}
