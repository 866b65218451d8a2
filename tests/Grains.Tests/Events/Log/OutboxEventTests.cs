using System.Text.Json;
using Buildify.Storage;
using Npgsql;

namespace Buildify.Events.Log;

[Collection("event log")]
public class OutboxEventTests(LogFixture fixture)
{
    [Fact]
    public async Task Events_of_a_document_are_in_the_log_with_it_in_their_order()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        var outbox = Outbox.With(null, LogFixture.Event(tenant, """{"n": 1}""") with { CompanyId = "berlin", CorrelationId = "c" }, LogFixture.Event(tenant, """{"n": 2}"""));
        (await Write(tenant, outbox, version: null)).ShouldBe(1);

        var read = await fixture.Read(tenant, 2, start);
        read.Select(one => one.Payload.Text).ShouldBe(["""{"n": 1}""", """{"n": 2}"""]);
        (read[0].CompanyId, read[0].CorrelationId, read[0].EventSource, read[0].EventVersion).ShouldBe(("berlin", "c", "test", 1));
        (await fixture.Platform.Database.QueryAsync<bool>("SELECT payload ? 'outbox' FROM grain_state WHERE kind = 'outbox test' AND key = $1", tenant)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_that_comes_too_late_and_one_that_fails_leave_no_event()
    {
        var tenant = await fixture.NewTenant();
        await Write(tenant, null, version: null);
        var before = await Count(tenant);
        (await Write(tenant, Outbox.With(null, LogFixture.Event(tenant)), version: 7)).ShouldBeNull();
        var used = new Outbox { Idempotency = [new IdempotencyRow(tenant, "k", "f", 201, JsonText.EmptyObject), new IdempotencyRow(tenant, "k", "f", 201, JsonText.EmptyObject)] };
        await Should.ThrowAsync<PostgresException>(() => Write(tenant, Outbox.With(used, LogFixture.Event(tenant)), version: 1));
        (await Count(tenant)).ShouldBe(before);
    }

    [Fact]
    public async Task A_document_s_events_notify_nobody_since_their_writer_tells_the_owner()
    {
        var tenant = await fixture.NewTenant();
        await using var connection = await fixture.Source.OpenConnectionAsync();
        var heard = 0;
        connection.Notification += (_, _) => heard++;
        await using (var listen = new NpgsqlCommand("LISTEN events", connection)) await listen.ExecuteNonQueryAsync();
        await Write(tenant, Outbox.With(null, LogFixture.Event(tenant)), version: null);
        await using (var told = await Writing.Begin(fixture.Source))
        {
            await told.Append(tenant, 1, quiet: false);
            await told.Commit();
        }
        await connection.WaitAsync(LogFixture.Patience);
        heard.ShouldBe(1);
    }

    private async Task<int?> Write(string tenant, Outbox? outbox, int? version)
    {
        var document = JsonSerializer.Serialize(new { tenant, outbox }, BuildifyJson.Options);
        await using var command = fixture.Source.CreateCommand("SELECT write_grain_state('buildify', 'outbox test', 0, 0, $1, $2::int, $3::jsonb)");
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = tenant }, new() { Value = version ?? (object)DBNull.Value }, new() { Value = document }]);
        return await command.ExecuteScalarAsync() as int?;
    }

    private Task<long> Count(string tenant) => fixture.Platform.Database.QueryAsync<long>("SELECT count(*) FROM events WHERE tenant_id = $1", tenant);
}
