using Buildify.Idempotency;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Events.Log;

[Collection("event log")]
public class EventLogGrainTests(LogFixture fixture)
{
    [Fact]
    public async Task An_event_is_durable_and_has_its_position_when_it_is_answered()
    {
        var tenant = await fixture.NewTenant();
        var before = await fixture.Head(tenant);
        var made = LogFixture.Event(tenant, """{"a":1}""") with
        {
            CompanyId = "berlin", OrderingKey = "k", CorrelationId = "c", TraceParent = "t", EventVersion = 3,
        };
        var appended = (await fixture.Append(tenant, made)).Single();

        (await fixture.Platform.Database.QueryAsync<long>("SELECT position FROM events WHERE id = $1", appended.Id)).ShouldBe(appended.Position!.Value);
        appended.Position.Value.ShouldBeGreaterThan(before);
        var read = (await fixture.Read(tenant, 1, before)).Single();
        (read.Id, read.EventType, read.EventVersion, read.EventSource, read.CompanyId).ShouldBe((appended.Id, "test.thing.happened", 3, "test", "berlin"));
        (read.Payload.Text, read.CorrelationId, read.OrderingKey, read.TraceParent, read.Position).ShouldBe(("""{"a":1}""", "c", "k", "t", appended.Position.Value));
        var created = await fixture.Platform.Database.QueryAsync<DateTime>("SELECT created_at FROM events WHERE id = $1", appended.Id);
        read.CreatedAt.UtcDateTime.ShouldBe(created);
    }

    [Fact]
    public async Task What_commits_late_is_read_late_and_not_passed_by()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        await using var slow = await Begin();
        await slow.Append(tenant, 1);
        await using (var quick = await Begin())
        {
            await quick.Append(tenant, 2);
            await quick.Commit();
        }
        await fixture.Log(tenant).Poke();
        var first = (await fixture.Read(tenant, 1, start)).ShouldHaveSingleItem();
        first.Payload.Text.ShouldContain("2");

        await slow.Commit();
        await fixture.Log(tenant).Poke();
        var second = (await fixture.Read(tenant, 1, first.Position)).ShouldHaveSingleItem();
        second.Payload.Text.ShouldContain("1");
        (await fixture.Platform.Database.QueryAsync<bool>(
            "SELECT late.created_at <= early.created_at FROM events late, events early WHERE late.id = $1 AND early.id = $2", second.Id, first.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_transaction_that_is_open_in_another_database_holds_nobody_back()
    {
        var tenant = await fixture.NewTenant();
        await using var other = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await using var connection = await other.Source.OpenConnectionAsync();
        await using var open = await connection.BeginTransactionAsync();
        await using (var write = new NpgsqlCommand("CREATE TABLE open_for_long (n int); INSERT INTO open_for_long VALUES (1)", connection)) await write.ExecuteNonQueryAsync();

        var start = await fixture.Head(tenant);
        await using (var writing = await Begin())
        {
            await writing.Append(tenant, 7);
            await writing.Commit();
        }
        await fixture.Log(tenant).Poke();
        (await fixture.Read(tenant, 1, start)).ShouldHaveSingleItem();
        await open.RollbackAsync();
    }

    [Fact]
    public async Task One_publisher_s_events_stay_in_order_whichever_way_they_go()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        for (var n = 0; n < 60; n += 2)
        {
            await using (var writing = await Begin())
            {
                await writing.Append(tenant, n);
                await writing.Commit();
            }
            await fixture.Log(tenant).Poke();
            await fixture.Append(tenant, LogFixture.Event(tenant, $$"""{"n": {{n + 1}}}"""));
        }
        (await fixture.Read(tenant, 60, start)).Select(Number).ShouldBe(Enumerable.Range(0, 60));
    }

    [Fact]
    public async Task An_id_is_written_once_whichever_way_it_comes()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        (await fixture.Append(tenant, LogFixture.Event(tenant, id: "order-1"))).Single().WasThere.ShouldBeFalse();
        var again = await fixture.Append(tenant, LogFixture.Event(tenant, id: "order-1"), LogFixture.Event(tenant, id: "order-2"), LogFixture.Event(tenant, id: "order-2"));
        again.Select(one => one.WasThere).ShouldBe([true, false, true]);
        again[0].ShouldBe(new AppendedEvent("order-1", null, WasThere: true));

        var database = fixture.Platform.Database;
        (await database.QueryAsync<string>("SELECT append_event('test.thing.happened', tenant => $1, event_id => 'order-1')", tenant)).ShouldBe("order-1");
        (await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync(
            "INSERT INTO events (id, tenant_id, event_type, payload) VALUES ('order-1', $1, 'test.thing.happened', '{}')", tenant))).ConstraintName.ShouldBe("event_ids_pkey");
        (await fixture.Read(tenant, 2, start)).Select(one => one.Id).ShouldBe(["order-1", "order-2"]);
        (await database.QueryAsync<long>("SELECT count(*) FROM events WHERE tenant_id = $1", tenant)).ShouldBe(2);

        // Another tenant's ids are its own, on the same day as on another.
        var other = await fixture.NewTenant();
        (await fixture.Append(other, LogFixture.Event(other, id: "order-1"))).Single().WasThere.ShouldBeFalse();
    }

    public static TheoryData<string> Unfit => ["""{"a":"\u0000"}""", $"{{\"a\":[{string.Join(',', Enumerable.Repeat('1', 131_000))}]}}"];

    [Theory, MemberData(nameof(Unfit))]
    public async Task A_call_s_events_are_all_written_or_none(string payload)
    {
        var tenant = await fixture.NewTenant();
        var outcome = await fixture.Log(tenant).Append([LogFixture.Event(tenant), LogFixture.Event(tenant, payload), LogFixture.Event(tenant)], stamp: null);
        outcome.Failure.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("payload");
        (await fixture.Platform.Database.QueryAsync<long>("SELECT count(*) FROM events WHERE tenant_id = $1", tenant)).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_that_was_used_meanwhile_writes_nothing()
    {
        var tenant = await fixture.NewTenant();
        var stamp = new IdempotencyStamp($"{tenant}/me", "key-1", "f", 202);
        (await fixture.Log(tenant).Append([LogFixture.Event(tenant)], stamp)).Failure.ShouldBeNull();
        await Should.ThrowAsync<Exception>(() => fixture.Log(tenant).Append([LogFixture.Event(tenant)], stamp));
        (await fixture.Platform.Database.QueryAsync<long>("SELECT count(*) FROM events WHERE tenant_id = $1", tenant)).ShouldBe(1);
        (await fixture.Platform.Database.QueryAsync<string>("SELECT response::text FROM idempotency_keys WHERE scope = $1", stamp.Scope))!.ShouldContain("\"id\"");
    }

    [Fact]
    public async Task Another_partition_s_events_are_refused()
    {
        var (one, other) = (await fixture.NewTenant(partition: 3), await fixture.NewTenant(partition: 4));
        await Should.ThrowAsync<ArgumentException>(() => fixture.Log(one).Append([LogFixture.Event(other)], stamp: null));
    }

    [Fact]
    public async Task Older_events_are_read_from_the_tables_and_newer_ones_from_memory_without_a_gap()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        for (var batch = 0; batch < 12; batch++)
        {
            await fixture.Append(tenant, [.. Enumerable.Range(batch * 500, 500).Select(n => LogFixture.Event(tenant, $$"""{"n": {{n}}}"""))]);
        }
        (await fixture.Read(tenant, 6_000, start)).Select(Number).ShouldBe(Enumerable.Range(0, 6_000));
    }

    [Fact]
    public async Task A_reader_that_waits_gets_an_event_as_it_comes_and_one_that_waits_in_vain_is_answered()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        var waiting = fixture.Read(tenant, 1, start);
        await fixture.Append(tenant, LogFixture.Event(tenant));
        (await waiting.WaitAsync(LogFixture.Patience)).ShouldHaveSingleItem();

        var slice = await fixture.Log(tenant).Read(long.MaxValue - 1, 10, TimeSpan.FromMilliseconds(1));
        (slice.Events.IsEmpty, slice.UpTo).ShouldBe((true, long.MaxValue - 1));
    }

    private Task<Writing> Begin() => Writing.Begin(fixture.Source);

    private static int Number(LoggedEvent one)
    {
        using var payload = one.Payload.Parse();
        return payload.RootElement.GetProperty("n").GetInt32();
    }
}
