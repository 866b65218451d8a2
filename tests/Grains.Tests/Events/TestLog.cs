using System.Collections.Immutable;
using Buildify.Testing.Postgres;

namespace Buildify.Events;

/// <summary>Writes events of one tenant.</summary>
/// <param name="grains">Whose owner writes them; null where there is none, and they are put where it would have put them, with their positions.</param>
internal sealed class TestLog(PostgresDatabase database, string tenant, IGrainFactory? grains = null)
{
    private const string Sql = """
        WITH place AS (
            UPDATE event_partitions SET last_position = last_position + $2, last_day = (now() AT TIME ZONE 'UTC')::date
            WHERE id = event_partition($1)
            RETURNING id, last_position - $2 AS before
        ), day AS (
            INSERT INTO event_days (partition, day, first_position) SELECT id, (now() AT TIME ZONE 'UTC')::date, before + 1 FROM place ON CONFLICT DO NOTHING
        )
        INSERT INTO events (id, partition, position, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload)
        SELECT gen_random_uuid()::text, place.id, place.before + number, $1, $5, $3, $6, 'test',
               CASE WHEN $7::int > 0 THEN 'k' || number % $7::int ELSE $4 END, coalesce($8::jsonb, jsonb_build_object('number', number))
        FROM place, generate_series(1, $2) AS number
        """;

    public string Tenant => tenant;

    public async Task<LoggedEvent> Write(string type = "test.thing.happened", string? key = null, string? company = null, int version = 1, string? payload = null)
    {
        if (grains is not null) await Append(new NewEvent(tenant, type, new JsonText(payload ?? "{}")) { OrderingKey = key, CompanyId = company, EventVersion = version, EventSource = "test" });
        else await database.ExecuteAsync(Sql, tenant, 1L, type, key, company, version, 0, payload);
        var last = (await database.RowsAsync("SELECT id, position, payload::text FROM events WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1", tenant))[0];
        return new LoggedEvent(
            (string)last[0]!, type, version, "test", tenant, company, new JsonText((string)last[2]!), TimeProvider.System.GetUtcNow(), null, (long)last[1]!)
        {
            OrderingKey = key,
        };
    }

    /// <summary>Events with a number each, spread over keys.</summary>
    public Task WriteMany(long count, int keys = 1, string type = "test.thing.happened") => grains is null
        ? database.ExecuteAsync(Sql, tenant, count, type, null, null, 1, keys, null)
        : Append([.. Enumerable.Range(1, (int)count).Select(number => new NewEvent(tenant, type, new JsonText($$"""{"number": {{number}}}"""))
        {
            OrderingKey = $"k{number % keys}",
            EventSource = "test",
        })]);

    public async Task<long> Head() => await database.QueryAsync<long>("SELECT last_position FROM event_partitions WHERE id = event_partition($1)", tenant);

    public async Task<long> Ask(string sql, string subscription) => await database.QueryAsync<long>(sql, tenant, subscription);

    public Task<long> Cursor(string subscription) => Ask("SELECT position FROM event_cursors WHERE tenant_id = $1 AND subscription = $2", subscription);

    public Task<long> Retries(string subscription) => Ask("SELECT count(*) FROM event_retries WHERE tenant_id = $1 AND subscription = $2", subscription);

    public Task<long> DeadLetters(string subscription) => Ask("SELECT count(*) FROM event_dead_letters WHERE tenant_id = $1 AND subscription = $2", subscription);

    private async Task Append(params ImmutableArray<NewEvent> events) =>
        (await grains!.EventLog(EventPlacement.Of(tenant)).Append(events, stamp: null)).Failure.ShouldBeNull();
}
