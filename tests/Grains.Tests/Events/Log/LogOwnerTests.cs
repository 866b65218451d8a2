using Buildify.Tasks.Queues;
using Buildify.Testing;
using Buildify.Testing.Postgres;

namespace Buildify.Events.Log;

/// <summary>Owners that die, are replaced, and live over midnight: on a database of their own.</summary>
public sealed class LogOwnerTests : IAsyncLifetime
{
    private const string Tenant = "acme";
    private static readonly int Partition = EventPlacement.Of(Tenant);

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_new_owner_shuts_the_one_before_out()
    {
        await using var old = await Begin();
        await old.Append(Event());
        await using var young = await Begin();

        await Should.ThrowAsync<OwnerReplacedException>(() => old.Append(Event()));
        old.HasLeft.ShouldBeTrue();
        (await young.Append(Event())).Single().Position.ShouldBe(2);
        (await _database.QueryAsync<long>("SELECT count(*) FROM events")).ShouldBe(2);
    }

    [Fact]
    public async Task An_owner_that_was_replaced_notices_it_with_nothing_to_write()
    {
        await using var old = await Begin();
        await using var young = await Begin();
        await Eventually.Succeeds(() =>
        {
            old.HasLeft.ShouldBeTrue();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task After_a_commit_of_unknown_outcome_the_next_owner_reads_what_is_true()
    {
        await using (var first = await Begin())
        {
            await first.Append(Event());
            first.Owner.Flushed = () => throw new IOException("The connection was lost.");
            await Should.ThrowAsync<IOException>(() => first.Append(Event(id: "order-1")));
            first.HasLeft.ShouldBeTrue();
            await Should.ThrowAsync<Npgsql.NpgsqlException>(() => first.Append(Event()));
        }

        await using var next = await Begin();
        // It was written: the publisher, who was told nothing, sends it again.
        (await next.Append(Event(id: "order-1"))).Single().WasThere.ShouldBeTrue();
        await next.Append(Event(id: "order-2"));
        (await next.Read(0)).Events.Select(one => one.Id).Skip(1).ShouldBe(["order-1", "order-2"]);
        (await _database.RowsAsync("SELECT position FROM events ORDER BY position")).Select(row => (long)row[0]!).ShouldBe([1, 2, 4]);
    }

    [Fact]
    public async Task Days_follow_positions_over_midnight_and_where_the_clock_goes_back()
    {
        // Yesterday's owner, of a clock that was a day ahead of ours, would be the same: its day is not today.
        await _database.ExecuteAsync("UPDATE event_partitions SET last_position = 5, last_day = (now() AT TIME ZONE 'UTC')::date - 1 WHERE id = $1", Partition);
        await _database.ExecuteAsync("INSERT INTO event_days SELECT id, last_day, 1 FROM event_partitions WHERE id = $1", Partition);
        await _database.ExecuteAsync(
            """
            INSERT INTO events (id, day, partition, position, tenant_id, event_type, payload)
            SELECT 'y' || n, (now() AT TIME ZONE 'UTC')::date - 1, $1, n, 'acme', 'test.thing.happened', '{}' FROM generate_series(1, 5) AS n
            """, Partition);
        // One that was written before midnight and committed after it.
        await _database.ExecuteAsync(
            """
            INSERT INTO events (id, day, partition, tenant_id, event_type, payload)
            VALUES ('late', (now() AT TIME ZONE 'UTC')::date - 1, $1, 'acme', 'test.thing.happened', '{}')
            """, Partition);

        await using (var owner = await Begin())
        {
            await owner.Turn(one => one.Head(5, LogFixture.Patience));
            await owner.Append(Event());
            (await _database.RowsAsync("SELECT position, day = (now() AT TIME ZONE 'UTC')::date FROM events WHERE position > 5 ORDER BY position"))
                .Select(row => (row[0], row[1])).ShouldBe([(6L, true), (7L, true)]);
            (await _database.RowsAsync("SELECT first_position FROM event_days ORDER BY day")).Select(row => row[0]).ShouldBe([1L, 6L]);
            (await owner.Read(3)).Events.Select(one => one.Position).ShouldBe([4, 5, 6, 7]);
        }

        await _database.ExecuteAsync("UPDATE event_partitions SET last_day = (now() AT TIME ZONE 'UTC')::date + 1 WHERE id = $1", Partition);
        await using var later = await Begin();
        await later.Append(Event());
        (await _database.QueryAsync<bool>("SELECT day = (now() AT TIME ZONE 'UTC')::date + 1 FROM events WHERE position = 8")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_day_that_was_not_made_ahead_is_made_when_it_is_written_to()
    {
        foreach (var row in await _database.RowsAsync("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass")) await _database.ExecuteAsync($"DROP TABLE {row[0]}");
        await using var owner = await Begin();
        (await owner.Append(Event())).Single().Position.ShouldBe(1);
    }

    [Fact]
    public async Task A_row_that_cannot_be_taken_in_holds_up_nobody_else()
    {
        await _database.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 'bad' THEN RAISE check_violation USING CONSTRAINT = 'bad'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse()
            """);
        await _database.ExecuteAsync(
            "INSERT INTO events (id, partition, tenant_id, event_type, payload) SELECT id, $1, 'acme', 'test.thing.happened', '{}' FROM unnest(ARRAY['one', 'bad', 'two']) AS id", Partition);
        await using var owner = await Begin();
        var slice = await owner.Read(0);
        while (slice.Events.Length < 2) slice = slice with { Events = [.. slice.Events, .. (await owner.Read(slice.UpTo)).Events], UpTo = slice.UpTo + 1 };
        slice.Events.Select(one => one.Id).ShouldBe(["one", "two"]);
    }

    private Task<OwnerScope> Begin() => OwnerScope.Begin(_database, Tenant);

    private static NewEvent Event(string? id = null) => LogFixture.Event(Tenant, id: id);
}
