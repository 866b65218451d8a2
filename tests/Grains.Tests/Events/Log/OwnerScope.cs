using System.Collections.Immutable;
using Buildify.Events.Personal;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>An owner of a partition outside of a grain, in turns as a grain's.</summary>
internal sealed class OwnerScope : IAsyncDisposable
{
    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly NpgsqlDataSource _source;
    private readonly LogMetrics _metrics = new();

    private OwnerScope(NpgsqlDataSource source, short partition)
    {
        _source = source;
        Owner = new LogOwner(partition, source, new PersonalFields(EventCatalog.From([]), source, TimeProvider.System), _metrics, TimeProvider.System, () => HasLeft = true, NullLogger.Instance);
    }

    public LogOwner Owner { get; }

    public bool HasLeft { get; private set; }

    public static async Task<OwnerScope> Begin(PostgresDatabase database, string tenant)
    {
        var keywords = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = Silo.Events.EventLogServices.Session };
        var scope = new OwnerScope(NpgsqlDataSource.Create(keywords.ConnectionString), (short)EventPlacement.Of(tenant));
        await scope.Turn(owner => owner.Begin());
        return scope;
    }

    public Task<T> Turn<T>(Func<LogOwner, Task<T>> turn) => _turns.StartNew(() => turn(Owner)).Unwrap();

    public Task Turn(Func<LogOwner, Task> turn) => _turns.StartNew(() => turn(Owner)).Unwrap();

    public async Task<ImmutableArray<AppendedEvent>> Append(params ImmutableArray<NewEvent> events)
    {
        var outcome = await Turn(owner => owner.Append(events, stamp: null));
        outcome.Failure.ShouldBeNull();
        return outcome.Value;
    }

    public Task<EventSlice> Read(long after, int max = 1_000) => Turn(owner => owner.Read(after, max, LogFixture.Patience));

    public async ValueTask DisposeAsync()
    {
        await Turn(owner => owner.End());
        await _source.DisposeAsync();
        _metrics.Dispose();
    }
}
