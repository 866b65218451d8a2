using System.Collections.Concurrent;
using System.Text.Json;
using Buildify.Testing;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Notes;

/// <summary>
/// The host is killed again and again, and PostgreSQL with it, while events come in and are delivered to a module's handler and to a web hook:
/// nothing is missing, nothing is out of order within a key, and what the handler does is done once.
/// </summary>
public class EventsSurviveTests
{
    private const int Events = 50_000;
    private const int Keys = 100;
    private const int Batch = 5_000;

    /// <summary>Where the process is halted and killed; null for some moment under load. The tenant's events are in partition 2 of the log.</summary>
    private static readonly string?[] Deaths = [null, "after-write=notes", "event-flushed=2", null, "event-flush=2"];

    [Fact]
    public async Task Killed_five_times_and_PostgreSQL_twice_every_event_arrives_in_order_and_has_its_effect_once()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await using var receiver = await Receiver.Start();
        (string, string?)[] environment = [("ConnectionStrings__Postgres", database.ConnectionString), ("WebHooks__AllowedAddresses__0", "127.0.0.0/8")];
        await using (var first = await HostProcess.Start(folder.Path, environment)) await Prepare(first, receiver.Url);

        var written = 0;
        for (var death = 0; death < Deaths.Length; death++)
        {
            await using var host = await HostProcess.Start(folder.Path, [.. environment, ("BUILDIFY_FAILPOINT", Deaths[death])]);
            written = await Write(database, written);
            if (Deaths[death] is { } failpoint) await host.Printed($"failpoint reached: {failpoint}");
            else await Noted(database, atLeast: await Noted(database) + 500);
            if (death is 0 or 3)
            {
                await server.StopAsync();
                await server.StartAsync();
                written = await Write(database, written);
                await Noted(database, atLeast: await Noted(database) + 500);
            }
            await host.Kill();
        }

        await using var last = await HostProcess.Start(folder.Path, environment);
        while (written < Events) written = await Write(database, written);
        await Noted(database, atLeast: Events);
        await Eventually.Succeeds(() =>
        {
            receiver.Missing(Events, Keys).ShouldBe(0);
            return Task.CompletedTask;
        });

        // Once each: as many notes as events, and no two of one.
        (await Noted(database)).ShouldBe(Events);
        (await database.QueryAsync<long>("SELECT count(DISTINCT title) FROM notes_notes")).ShouldBe(Events);
        // In order: of each key no note is older than the one of the event before.
        (await database.QueryAsync<long>(
            """
            SELECT count(*)
            FROM (SELECT created_at, lag(created_at) OVER (PARTITION BY split_part(title, '-', 1) ORDER BY split_part(title, '-', 2)::int) AS before FROM notes_notes) AS note
            WHERE created_at < before
            """)).ShouldBe(0);
        receiver.OutOfOrder.ShouldBeEmpty();
        (await database.QueryAsync<long>("SELECT count(*) FROM event_dead_letters")).ShouldBe(0);
        (await database.QueryAsync<long>("SELECT count(*) FROM events WHERE position IS NULL")).ShouldBe(0);
    }

    private static async Task Prepare(HostProcess host, string url)
    {
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
        await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Berlin"}""", "acme");
        await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/notes", """{"enabled_features":["product_notes"]}""", "acme");
        var hook = JsonSerializer.Serialize(new { name = "products", event_pattern = "products.**", callback_url = url });
        await host.Call(HttpMethod.Post, "/api/v1/event-subscriptions", hook, "acme");
    }

    // As another program does it, in one transaction. It commits, or the test fails.
    private static async Task<int> Write(PostgresDatabase database, int written)
    {
        await Eventually.Succeeds(() => database.ExecuteAsync(
            $$"""
            INSERT INTO events (event_type, tenant_id, company_id, ordering_key, payload)
            SELECT 'products.product.created', 'acme', 'berlin', 'key-' || number % {{Keys}},
                   jsonb_build_object('sku', 'K' || number % {{Keys}} || '-' || number / {{Keys}}, 'label', 'number ' || number)
            FROM generate_series({{written}}, {{written + Batch - 1}}) AS number
            """));
        return written + Batch;
    }

    private static Task<long> Noted(PostgresDatabase database) => database.QueryAsync<long>("SELECT count(*) FROM notes_notes");

    private static async Task Noted(PostgresDatabase database, long atLeast)
    {
        // Progress is what is waited for: as long as there is some, the end is a matter of time.
        for (var before = -1L; ;)
        {
            var now = 0L;
            await Eventually.Succeeds(async () =>
            {
                now = await Noted(database);
                (now >= atLeast || now > before).ShouldBeTrue($"{now} notes of {atLeast}; {await Behind(database)}");
            });
            if (now >= atLeast) return;
            before = now;
        }
    }

    // What a subscription waits for, for the message of a failure.
    private static async Task<string?> Behind(PostgresDatabase database) => await database.QueryAsync<string>(
        """
        SELECT jsonb_build_object(
            'waiting', (SELECT count(*) FROM events WHERE position IS NULL),
            'head', (SELECT max(last_position) FROM event_partitions),
            'cursors', (SELECT jsonb_agg(jsonb_build_object('id', subscription, 'position', position, 'state', state, 'error', last_error)) FROM event_cursors),
            'retries', (SELECT jsonb_agg(retry) FROM (SELECT subscription, ordering_key, count(*), max(attempts) AS attempts, max(next_at) - now() AS due, max(last_error) AS error
                                                      FROM event_retries GROUP BY subscription, ordering_key LIMIT 5) AS retry))::text
        """);

    /// <summary>A web hook's receiver, which writes down what it has seen of each key.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentDictionary<string, HashSet<int>> _seen = new();

        private Receiver(WebApplication app) => _app = app;

        public string Url => _app.Urls.First() + "/hook";

        /// <summary>What came for the first time behind a later one of its key.</summary>
        public ConcurrentQueue<string> OutOfOrder { get; } = new();

        public static async Task<Receiver> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var receiver = new Receiver(builder.Build());
            receiver._app.MapPost("/hook", receiver.Take);
            await receiver._app.StartAsync();
            return receiver;
        }

        public int Missing(int events, int keys) => events - Enumerable.Range(0, keys).Sum(key =>
        {
            if (!_seen.TryGetValue($"K{key}", out var seen)) return 0;
            lock (seen) return seen.Count;
        });

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        private async Task<IResult> Take(HttpRequest request)
        {
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
            var sku = body.GetProperty("payload").GetProperty("sku").GetString()!.Split('-');
            var (key, number) = (sku[0], int.Parse(sku[1], System.Globalization.CultureInfo.InvariantCulture));
            var seen = _seen.GetOrAdd(key, _ => []);
            lock (seen)
            {
                // Each is there before the next: then the first time of a number is that of how many there were.
                if (!seen.Contains(number) && number != seen.Count) OutOfOrder.Enqueue($"{key}-{number} as number {seen.Count}");
                seen.Add(number);
            }
            return Results.NoContent();
        }
    }
}
