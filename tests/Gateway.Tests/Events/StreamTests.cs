using System.Net.Http.Headers;
using Buildify.Events;
using Buildify.Gateway.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Buildify.Gateway.Events;

public sealed class StreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeLog _log = new();

    [Fact]
    public async Task Without_a_place_it_begins_now()
    {
        _log.Write(EventGateway.Event(1));
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway);
        (stream.Status, stream.ContentType).ShouldBe((200, "text/event-stream"));
        (await stream.Next()).ShouldBe("retry: 2000");

        _log.Write(EventGateway.Event(2, """{"a":1}"""));
        (await stream.Next()).ShouldBe(
            "id: 2\nevent: shop.order.placed\ndata: {\"id\":\"e2\",\"event_type\":\"shop.order.placed\",\"event_version\":1,\"event_source\":\"http\",\"tenant\":\"acme\",\"company_id\":\"berlin\",\"payload\":{\"a\":1},\"created_at\":\"1970-01-01T00:00:00.000000Z\",\"correlation_id\":null,\"position\":2}");
        _log.Write(EventGateway.Event(3), EventGateway.Event(4));
        (await stream.NextIds(2)).ShouldBe([3, 4]);
        gateway.Grains.CallsOf<IEventLogGrain>("Head").ShouldAllBe(call => call.Key == GrainKeys.EventLog(EventPlacement.Of("acme")));
    }

    [Theory]
    [InlineData("", "2")]
    [InlineData("?last_event_id=2", null)]
    [InlineData("?last_event_id=9", "2")]
    public async Task It_goes_on_behind_the_last_event_that_was_seen(string query, string? header)
    {
        _log.Write([.. Enumerable.Range(1, 5).Select(position => EventGateway.Event(position))]);
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway, query, header);
        await stream.Next();
        (await stream.NextIds(3)).ShouldBe([3, 4, 5]);
        _log.Write(EventGateway.Event(6));
        (await stream.NextIds(1)).ShouldBe([6]);
    }

    [Fact]
    public async Task What_is_more_than_is_read_at_a_time_comes_whole_and_in_order()
    {
        _log.Write([.. Enumerable.Range(1, 1_001).Select(position => EventGateway.Event(position))]);
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway, "?last_event_id=0");
        await stream.Next();
        (await stream.NextIds(1_001)).ShouldBe(Enumerable.Range(1, 1_001).Select(position => (long)position));
    }

    [Fact]
    public async Task Only_what_the_pattern_and_the_company_let_through_comes()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway, "?type=shop.*.placed&company_id=berlin&last_event_id=0");
        await stream.Next();
        _log.Write(EventGateway.Event(1) with { EventType = "shop.order.lost" });
        _log.Write(EventGateway.Event(2) with { CompanyId = "hamburg" });
        _log.Write();
        _log.Write(EventGateway.Event(4));
        (await stream.NextIds(1)).ShouldBe([4]);
    }

    [Fact]
    public async Task What_matches_far_behind_what_does_not_is_found()
    {
        _log.Write([.. Enumerable.Range(1, 1_000).Select(position => EventGateway.Event(position) with { EventType = position is 450 or 1_000 ? "shop.order.placed" : "shop.order.lost" })]);
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway, "?type=*.*.placed&last_event_id=0");
        await stream.Next();
        (await stream.NextIds(2)).ShouldBe([450, 1_000]);
        await _log.Waits.WaitAsync(Patience);
        gateway.Grains.CallsOf<IEventLogGrain>("Head").Last().Arguments[0].ShouldBe(1_000L);
    }

    [Fact]
    public async Task After_15_silent_seconds_a_comment_shows_that_it_lives()
    {
        var time = new TestTime();
        await using var gateway = await EventGateway.Start(_log.On, time: time);
        using var stream = await Open(gateway);
        await stream.Next();
        await _log.Waits.WaitAsync(Patience);
        var wait = (TimeSpan)gateway.Grains.CallsOf<IEventLogGrain>("Head").Last().Arguments[1]!;
        wait.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        time.Advance(wait);
        _log.TimeIsUp();
        (await stream.Next()).ShouldBe(":");
    }

    [Fact]
    public async Task A_payload_s_line_ends_do_not_end_its_line()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway);
        await stream.Next();
        _log.Write(EventGateway.Event(1, "{\n  \"a\": \"b\\n\"\r\n}"));
        (await stream.Next())!.ShouldContain("\"payload\":{\"a\":\"b\\n\"}");
    }

    [Theory]
    [InlineData("?type=shop", null, "type")]
    [InlineData("?company_id=Berlin", null, "company_id")]
    [InlineData("?last_event_id=-1", null, "last_event_id")]
    [InlineData("?last_event_id=x", null, "last_event_id")]
    [InlineData("", "e1", "Last-Event-ID")]
    public async Task What_cannot_be_asked_for_is_400_and_named(string query, string? header, string field)
    {
        await using var gateway = await EventGateway.Start(_log.On);
        (await gateway.Get("/api/v1/events/stream" + query, TestGateway.MemberToken, header is null ? [] : [("Last-Event-ID", header)])).ShouldRefuse(field);
    }

    [Fact]
    public async Task A_tenant_has_so_many_streams_and_one_that_ends_makes_room()
    {
        await using var gateway = await EventGateway.Start(_log.On, settings: new() { ["Events:MaxStreams"] = "2" });
        using var first = await Open(gateway);
        using var second = await Open(gateway);
        await first.Next();
        await second.Next();
        var refused = await gateway.Get("/api/v1/events/stream", TestGateway.MemberToken);
        refused.ShouldBeProblem(429, "too-many-requests");
        refused.Headers.ShouldContainKey("Retry-After");

        // A read that is broken off closes the connection at once.
        using var leaving = new CancellationTokenSource();
        var reading = first.Reader.ReadLineAsync(leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await reading);
        var status = 429;
        for (var tries = 0; status == 429 && tries < 10_000; tries++)
        {
            using var third = await Open(gateway);
            status = third.Status;
        }
        status.ShouldBe(200);
    }

    [Fact]
    public async Task It_ends_when_the_gateway_stops()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        using var stream = await Open(gateway);
        await stream.Next();
        await _log.Waits.WaitAsync(Patience);
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        (await stream.Next()).ShouldBeNull();
    }

    [Fact]
    public async Task It_ends_with_the_token_that_it_was_opened_with()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        var token = TestGateway.Keys.Sign("bob", tenant: "acme", roles: ["member"], expires: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(3));
        using var stream = await Open(gateway, token: token);
        await stream.Next();
        (await stream.Next()).ShouldBeNull();
    }

    [Fact]
    public async Task With_the_cluster_away_it_is_503_and_no_stream()
    {
        await using var gateway = await EventGateway.Start(grains => grains.On<IEventLogGrain>("Head", (_, _) => Task.FromException<long>(new TimeoutException())));
        (await gateway.Get("/api/v1/events/stream", TestGateway.MemberToken)).ShouldBeProblem(503, "unavailable");
    }

    [Fact]
    public async Task Asked_by_HEAD_it_answers_and_does_not_stay()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        var answer = await gateway.Send(HttpMethod.Head, "/api/v1/events/stream", null, TestGateway.MemberToken);
        (answer.Status, answer.ContentType).ShouldBe((200, "text/event-stream"));
    }

    [Fact]
    public async Task Without_a_token_it_is_401()
    {
        await using var gateway = await EventGateway.Start(_log.On);
        (await gateway.Get("/api/v1/events/stream")).ShouldBeProblem(401, "unauthorized");
    }

    private static async Task<OpenStream> Open(TestGateway gateway, string query = "", string? lastEventId = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream" + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestGateway.MemberToken);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new OpenStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed record OpenStream(HttpResponseMessage Response, StreamReader Reader) : IDisposable
    {
        public int Status => (int)Response.StatusCode;

        public string? ContentType => Response.Content.Headers.ContentType?.MediaType;

        /// <summary>What is before the next empty line; null at the end.</summary>
        public async Task<string?> Next()
        {
            var lines = new List<string>();
            while (await Reader.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                if (line.Length == 0) return string.Join('\n', lines);
                lines.Add(line);
            }
            return null;
        }

        public async Task<List<long>> NextIds(int count)
        {
            var ids = new List<long>();
            while (ids.Count < count) ids.Add(long.Parse((await Next())!.Split('\n')[0]["id: ".Length..], System.Globalization.CultureInfo.InvariantCulture));
            return ids;
        }

        public void Dispose()
        {
            Reader.Dispose();
            Response.Dispose();
        }
    }
}
