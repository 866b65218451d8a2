using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>How many signed web hooks a second reach an endpoint on this machine, each with its attempt written down.</summary>
internal static class WebHookFigures
{
    private const string Name = "events.webhooks";
    private const int Settling = 1;

    /// <summary>As many as the platform has to one host.</summary>
    private const int Connections = 8;

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        if (!options.Wants(Name)) return;

        var count = options.Quick ? 1_000 : 20_000;
        await using var receiver = await HookReceiver.Launch();
        var pair = await Pair.Measure(options.TaskRuns, () => Run(server, receiver, count), () => Bare(receiver, count), Settling);
        Report.Add(pair.ToFigure(Name, "deliveries/s", rate => rate, $"HttpClient posting as large a body over {Connections} connections, nothing signed and nothing written down",
            $"{count} events in the log before, of 100 ordering keys, one subscription, from resuming it to the last arrival; the receiver is another process that answers 204"));
    }

    private static async Task<double> Run(PostgresServer server, HookReceiver receiver, int count)
    {
        await using var host = await EventHost.Start(server, handlers: 0, others: 0, ("WebHooks:AllowedAddresses:0", "127.0.0.0/8"));
        using var http = await host.SignIn();
        using var made = await http.PostAsJsonAsync("/api/v1/event-subscriptions", new { name = "bench", event_pattern = Happened.Name, callback_url = receiver.Url });
        made.EnsureSuccessStatusCode();
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        (await http.PostAsync($"/api/v1/event-subscriptions/{id}/pause", null)).EnsureSuccessStatusCode();
        await host.Fill(count);
        var before = await receiver.Count();
        var start = Stopwatch.GetTimestamp();
        (await http.PostAsync($"/api/v1/event-subscriptions/{id}/resume", null)).EnsureSuccessStatusCode();
        await receiver.Reaches(before + count);
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> Bare(HookReceiver receiver, int count)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var body = Encoding.UTF8.GetBytes(new string('x', 350));
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (_, cancellation) =>
        {
            using var content = new ByteArrayContent(body);
            using var answer = await http.PostAsync(receiver.Url, content, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
