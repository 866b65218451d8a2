using Buildify.Hosting.Postgres;
using Buildify.Silo.Events;
using Buildify.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Events.Log;

[Collection("event log")]
public class EventListenerTests(LogFixture fixture)
{
    private const string InsertSql = "INSERT INTO events (tenant_id, event_type, payload) VALUES ($1, 'test.thing.happened', '{\"from\": \"psql\"}')";

    [Fact]
    public async Task A_plain_insert_of_another_program_is_read_at_once_and_without_a_listener_at_the_next_look()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        await fixture.Platform.Database.ExecuteAsync(InsertSql, tenant);
        start = (await fixture.Read(tenant, 1, start)).Single().Position;

        using var listener = await Listen();
        var took = new List<TimeSpan>();
        for (var n = 0; n < 9; n++)
        {
            await fixture.Platform.Database.ExecuteAsync(InsertSql, tenant);
            var from = TimeProvider.System.GetTimestamp();
            start = (await fixture.Read(tenant, 1, start)).Single().Position;
            took.Add(TimeProvider.System.GetElapsedTime(from));
        }
        // The median: each of them could have come just before a look of the owner's by itself.
        took.Order().ElementAt(4).ShouldBeLessThan(TimeSpan.FromMilliseconds(400));
        await listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_listener_whose_connection_dies_listens_on_another()
    {
        using var listener = await Listen();
        var database = fixture.Platform.Database;
        var before = (await Backends()).ToHashSet();
        foreach (var pid in before) await database.QueryAsync<bool>("SELECT pg_terminate_backend($1)", pid);
        await Eventually.Succeeds(async () => (await Backends()).ShouldContain(pid => !before.Contains(pid)));
        await listener.StopAsync(CancellationToken.None);
    }

    private async Task<List<int>> Backends() =>
        [.. (await fixture.Platform.Database.RowsAsync("SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%-listen' AND datname = current_database()")).Select(row => (int)row[0]!)];

    private async Task<EventListener> Listen()
    {
        var options = Options.Create(new PostgresOptions { ConnectionString = fixture.Platform.Database.ConnectionString });
        var listener = new EventListener(options, fixture.Platform.Grains, TimeProvider.System, NullLogger<EventListener>.Instance);
        await listener.StartAsync(CancellationToken.None);
        await Eventually.Succeeds(async () => (await Backends()).ShouldNotBeEmpty());
        return listener;
    }
}
