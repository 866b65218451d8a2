using Buildify.Silo.Events;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Events.Log;

/// <summary>A log of many days, each with ten events of acme's: position 10 n + 1 and on is of the day n days after the first.</summary>
public sealed class EventRetentionTests : IAsyncLifetime
{
    private const int Days = 40;
    private const int PerDay = 10;
    private static readonly int Partition = EventPlacement.Of("acme");

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await _database.ExecuteAsync(
            $$"""
            DO $fill$
            BEGIN
                FOR age IN REVERSE {{Days - 1}}..0 LOOP
                    EXECUTE format('CREATE TABLE IF NOT EXISTS events_%s PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
                        to_char((now() AT TIME ZONE 'UTC')::date - age, 'YYYYMMDD'), (now() AT TIME ZONE 'UTC')::date - age, (now() AT TIME ZONE 'UTC')::date - age + 1);
                    INSERT INTO events (id, day, partition, position, tenant_id, event_type, payload)
                    SELECT age || '-' || n, (now() AT TIME ZONE 'UTC')::date - age, {{Partition}}, ({{Days - 1}} - age) * {{PerDay}} + n, 'acme',
                           CASE n WHEN 1 THEN 'test.short' WHEN 2 THEN 'test.long' ELSE 'test.thing.happened' END, '{}'
                    FROM generate_series(1, {{PerDay}}) AS n;
                    INSERT INTO event_ids (tenant_id, event_id, day) VALUES ('acme', 'given-' || age, (now() AT TIME ZONE 'UTC')::date - age);
                    INSERT INTO event_days VALUES ({{Partition}}, (now() AT TIME ZONE 'UTC')::date - age, ({{Days - 1}} - age) * {{PerDay}} + 1);
                END LOOP;
                UPDATE event_partitions SET last_position = {{Days * PerDay}}, last_day = (now() AT TIME ZONE 'UTC')::date WHERE id = {{Partition}};
            END
            $fill$
            """);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task One_day_an_hour_is_dropped_and_who_reads_from_there_is_told_what_is_lost()
    {
        (await Trim()).ShouldBeTrue();
        (await Trim()).ShouldBeFalse();
        (await Count()).ShouldBe((Days - 1) * PerDay);
        (await _database.QueryAsync<long>("SELECT count(*) FROM event_ids")).ShouldBe(Days - 1);

        await AnHourLater();
        (await Trim()).ShouldBeTrue();
        (await Count()).ShouldBe((Days - 2) * PerDay);

        await using var owner = await OwnerScope.Begin(_database, "acme");
        var slice = await owner.Read(0, max: 5);
        (slice.LostUpTo, slice.Events[0].Position, slice.UpTo).ShouldBe((20, 21, 25));
        (await owner.Read(19, max: 5)).LostUpTo.ShouldBe(20);
        (await owner.Read(20, max: 5)).LostUpTo.ShouldBeNull();
        var feed = new EventFeed(_database.Source);
        (await feed.Read("acme", new EventFilter(null, null, null, 3, 5), pattern: null)).LostUpTo.ShouldBe(20);
    }

    [Fact]
    public async Task A_clock_that_jumped_by_a_year_takes_one_day_an_hour_however_many_silos_there_are()
    {
        await _database.ExecuteAsync("UPDATE event_partitions SET last_day = last_day - 1");
        var trims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Trim(keepDays: 1)));
        trims.Count(done => done).ShouldBe(1);
        (await Count()).ShouldBe((Days - 1) * PerDay);
    }

    [Fact]
    public async Task When_all_days_are_gone_a_reader_is_told_so_and_goes_on_from_the_head()
    {
        await _database.ExecuteAsync("SELECT drop_event_day('events', day) FROM event_days");
        await using var owner = await OwnerScope.Begin(_database, "acme");
        var slice = await owner.Read(0);
        (slice.Events.Length, slice.UpTo, slice.LostUpTo).ShouldBe((0, Days * PerDay, (long?)(Days * PerDay)));
    }

    [Theory]
    [InlineData("INSERT INTO event_cursors (tenant_id, subscription, position) VALUES ('acme', 's', 5)", true)]
    [InlineData("INSERT INTO event_cursors (tenant_id, subscription, position) VALUES ('acme', 's', 10)", false)]
    [InlineData("INSERT INTO event_cursors (tenant_id, subscription, position, state) VALUES ('acme', 's', 5, 'disabled')", false)]
    [InlineData("INSERT INTO event_cursors (tenant_id, subscription, position) VALUES ('idle', 's', 0)", false)]
    [InlineData("INSERT INTO event_cursors (tenant_id, subscription, position) VALUES ('acme', 's', 400); INSERT INTO event_retries (tenant_id, subscription, position, ordering_key) VALUES ('acme', 's', 7, '')", true)]
    [InlineData("INSERT INTO event_readers (partition, position) SELECT event_partition('acme'), 9", true)]
    [InlineData("INSERT INTO event_readers (partition, position) SELECT event_partition('acme'), 10", false)]
    [InlineData("UPDATE events SET position = NULL WHERE position = 1", true)]
    public async Task A_day_that_somebody_still_needs_waits_until_it_is_too_old(string sql, bool isNeeded)
    {
        await _database.ExecuteAsync(sql);
        await Trim();
        (await _database.QueryAsync<bool>("SELECT EXISTS (SELECT FROM events WHERE position = 10)")).ShouldBe(isNeeded);
        await AnHourLater();
        await Trim(maxKeepDays: 38);
        (await _database.QueryAsync<bool>("SELECT EXISTS (SELECT FROM events WHERE position = 10)")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_type_that_is_kept_for_less_goes_sooner_and_one_for_longer_stays()
    {
        await _database.ExecuteAsync(
            """
            INSERT INTO event_types (name, version, module, external, retention_days)
            VALUES ('test.short', 1, 'test', FALSE, 10), ('test.long', 1, 'test', FALSE, 35)
            """);
        while (await Trim()) await AnHourLater();

        (await Ages("test.thing.happened")).ShouldBe((0, 30));
        (await Ages("test.short")).ShouldBe((0, 10));
        (await Ages("test.long")).ShouldBe((0, 35));
        // The days whose last events went are no tables any more.
        (await _database.QueryAsync<long>("SELECT count(*) FROM event_days")).ShouldBe(36);
    }

    [Fact]
    public async Task Deliveries_of_web_hooks_are_dropped_by_the_day()
    {
        await _database.ExecuteAsync("CREATE TABLE event_attempts_20200101 PARTITION OF event_attempts FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')");
        await Trim();
        (await _database.QueryAsync<bool>("SELECT to_regclass('event_attempts_20200101') IS NULL")).ShouldBeTrue();
        (await _database.QueryAsync<long>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'event_attempts'::regclass")).ShouldBe(5);
    }

    [Theory]
    [InlineData("KeepDays", "0")]
    [InlineData("MaxKeepDays", "29")]
    [InlineData("DeadDays", "soon")]
    [InlineData("AttemptDays", "366")]
    public void A_setting_out_of_its_bounds_is_told_with_what_is_right(string key, string value)
    {
        var options = new EventUpkeepOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create($"Events:{key}", (string?)value)]).Build());
        options.Errors.ShouldHaveSingleItem().ShouldContain($"Events__{key} is '{value}'");
    }

    private Task<bool> Trim(int keepDays = 30, int maxKeepDays = 90)
    {
        var options = Options.Create(new EventUpkeepOptions { KeepDays = keepDays, MaxKeepDays = maxKeepDays });
        return new EventRetention(_database.Source, options, NullLogger<EventRetention>.Instance).Trim(CancellationToken.None);
    }

    private Task<int> AnHourLater() => _database.ExecuteAsync("UPDATE event_trims SET trimmed_at = trimmed_at - interval '1 hour'");

    private async Task<long> Count() => await _database.QueryAsync<long>("SELECT count(*) FROM events");

    private async Task<(int Youngest, int Oldest)> Ages(string type)
    {
        var row = (await _database.RowsAsync("SELECT (now() AT TIME ZONE 'UTC')::date - max(day), (now() AT TIME ZONE 'UTC')::date - min(day) FROM events WHERE event_type = $1", type)).Single();
        return ((int)row[0]!, (int)row[1]!);
    }
}
