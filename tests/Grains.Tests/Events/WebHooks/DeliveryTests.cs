using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Buildify.Events.WebHooks;

public sealed class DeliveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Every_2xx_is_success(int status)
    {
        await using var receiver = await Receiver.Start(Answers(status));
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        result.Ends.ShouldBe([new Delivery(DeliveryEnd.Delivered)]);
        var attempt = result.Attempts.ShouldHaveSingleItem();
        (attempt.EventId, attempt.EventType, attempt.Attempt, attempt.Status, attempt.Error).ShouldBe(("e1", "crm.contact.created", 1, status, null));
        attempt.DurationMs.ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(304)]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task All_else_is_a_failure_and_a_redirect_is_not_followed(int status)
    {
        await using var receiver = await Receiver.Start(Answers(status, ("Location", "/elsewhere"), ("Retry-After", "7")));
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        var delivery = result.Ends.ShouldHaveSingleItem();
        (delivery.End, delivery.RetryAfter).ShouldBe((DeliveryEnd.Failed, null));
        delivery.Error!.ShouldContain($"{status}");
        result.Attempts.ShouldHaveSingleItem().Status.ShouldBe(status);
        receiver.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_more()
    {
        await using var receiver = await Receiver.Start(Answers(410));
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1), WebHookFixture.Event(2));
        result.Ends.Select(delivery => delivery.End).ShouldBe([DeliveryEnd.Gone, DeliveryEnd.Left]);
        receiver.All.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "0", 0)]
    [InlineData(503, "99999999999999999999", 86_400)]
    [InlineData(429, "90000", 86_400)]
    [InlineData(429, "Wed, 15 Nov 2023 00:00:00 GMT", 6_400)]
    [InlineData(429, "Wed, 01 Nov 2023 00:00:00 GMT", 0)]
    [InlineData(503, "Fri, 01 Dec 2023 00:00:00 GMT", 86_400)]
    [InlineData(429, "soon", null)]
    [InlineData(429, "-1", null)]
    [InlineData(503, null, null)]
    public async Task When_to_come_back_is_heeded_for_a_day_at_most(int status, string? header, int? seconds)
    {
        await using var receiver = await Receiver.Start(header is null ? Answers(status) : Answers(status, ("Retry-After", header)));
        // 2023-11-14T22:13:20Z
        using var hooks = new WebHookFixture(time: new Clock(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)));
        var delivery = (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1))).Ends.ShouldHaveSingleItem();
        (delivery.End, delivery.RetryAfter?.TotalSeconds).ShouldBe((DeliveryEnd.Failed, (double?)seconds));
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_fails_when_the_time_is_up()
    {
        await using var receiver = await Receiver.Start((http, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));
        using var hooks = new WebHookFixture(options => options.TimeoutSeconds = 1);
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        (result.Ends[0].End, result.Ends[0].Error).ShouldBe((DeliveryEnd.Failed, "took more than 1 s"));
        result.Attempts.ShouldHaveSingleItem().Status.ShouldBeNull();
        result.Attempts[0].DurationMs.ShouldBeInRange(900, 15_000);
    }

    [Fact]
    public async Task The_time_is_up_for_an_answer_that_does_not_end_either()
    {
        await using var receiver = await Receiver.Start(async (http, _) =>
        {
            http.Response.StatusCode = 200;
            await http.Response.WriteAsync("so far");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        });
        using var hooks = new WebHookFixture(options => options.TimeoutSeconds = 1);
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        (result.Ends[0].End, result.Attempts.ShouldHaveSingleItem().Status).ShouldBe((DeliveryEnd.Failed, 200));
    }

    [Fact]
    public async Task Of_an_answer_of_2_GiB_64_KiB_are_read_and_1_024_characters_kept()
    {
        var sent = 0L;
        var ended = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(async (http, _) =>
        {
            http.Response.StatusCode = 200;
            http.Response.ContentLength = 2L * 1024 * 1024 * 1024;
            var piece = new byte[64 * 1024];
            piece.AsSpan().Fill((byte)'x');
            try
            {
                for (; sent < http.Response.ContentLength; sent += piece.Length) await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                ended.SetResult();
            }
        });
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        result.Ends[0].End.ShouldBe(DeliveryEnd.Delivered);
        result.Attempts[0].Answer.ShouldBe(new string('x', 1_024));
        await ended.Task.WaitAsync(Patience, TimeProvider.System);
        // What the two ends' buffers took, and no more.
        sent.ShouldBeLessThan(64 * 1024 * 1024);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", "down\r\nfor\u0000ever", "down  for ever")]
    [InlineData("application/problem+json", """{"a":"ü"}""", """{"a":"ü"}""")]
    [InlineData("image/png", "PNG", null)]
    [InlineData("application/octet-stream", "bytes", null)]
    public async Task Of_an_answer_that_is_text_the_start_is_kept_without_control_characters(string type, string body, string? kept)
    {
        await using var receiver = await Receiver.Start(async (http, _) =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (500, type);
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        });
        using var hooks = new WebHookFixture();
        (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1))).Attempts.ShouldHaveSingleItem().Answer.ShouldBe(kept);
    }

    [Fact]
    public async Task No_character_is_cut_in_half()
    {
        await using var receiver = await Receiver.Start(async (http, _) =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (200, "text/plain");
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("a" + string.Concat(Enumerable.Repeat("😀", 600))));
        });
        using var hooks = new WebHookFixture();
        (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1))).Attempts[0].Answer.ShouldBe("a" + string.Concat(Enumerable.Repeat("😀", 511)));
    }

    [Fact]
    public async Task Where_nobody_listens_it_fails_and_says_so()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver($"http://127.0.0.1:{port}/", WebHookFixture.Event(1));
        (result.Ends[0].End, result.Ends[0].Error).ShouldBe((DeliveryEnd.Failed, "could not be reached: ConnectionRefused"));
        (result.Attempts[0].Status, result.Attempts[0].Error).ShouldBe((null, result.Ends[0].Error));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_fails()
    {
        await using var receiver = await Receiver.Start(isSecure: true);
        using var hooks = new WebHookFixture();
        var delivery = (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1))).Ends[0];
        delivery.End.ShouldBe(DeliveryEnd.Failed);
        delivery.Error!.ShouldStartWith("TLS failed");
        receiver.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_HTTP_fails()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var hooks = new WebHookFixture();
        var delivering = hooks.Deliver($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", WebHookFixture.Event(1));
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("220 mail.example ESMTP\r\n\r\n"u8.ToArray());
        client.Close();
        (await delivering).Ends[0].End.ShouldBe(DeliveryEnd.Failed);
    }

    [Fact]
    public async Task No_cookie_is_kept_and_one_connection_serves_one_key()
    {
        await using var receiver = await Receiver.Start(Answers(200, ("Set-Cookie", "a=b; Path=/")));
        using var hooks = new WebHookFixture();
        await hooks.Deliver(receiver.Url, [.. Enumerable.Range(1, 50).Select(number => WebHookFixture.Event(number))]);
        receiver.All.ShouldAllBe(got => !got.Headers.ContainsKey("Cookie"));
        receiver.All.Select(got => got.Connection).Distinct().Count().ShouldBe(1);
        receiver.All.Select(got => got.Id).ShouldBe(Enumerable.Range(1, 50).Select(number => $"e{number}"));
    }

    [Fact]
    public async Task Behind_one_that_failed_its_key_is_left_and_the_other_keys_go_on()
    {
        await using var receiver = await Receiver.Start((http, got) =>
        {
            http.Response.StatusCode = got.Id == "e2" ? 500 : 200;
            return Task.CompletedTask;
        });
        using var hooks = new WebHookFixture();
        var result = await hooks.Deliver(
            receiver.Url, WebHookFixture.Event(1, "a"), WebHookFixture.Event(2, "b"), WebHookFixture.Event(3, "b"), WebHookFixture.Event(4, "a"), WebHookFixture.Event(5));
        result.Ends.Select(delivery => delivery.End).ShouldBe(
            [DeliveryEnd.Delivered, DeliveryEnd.Failed, DeliveryEnd.Left, DeliveryEnd.Delivered, DeliveryEnd.Delivered]);
        result.Attempts.Select(attempt => attempt.EventId).ShouldBe(["e1", "e2", "e4", "e5"]);
    }

    [Fact]
    public async Task Eight_keys_of_a_subscription_go_side_by_side()
    {
        var all = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(async (_, got) =>
        {
            if (got.Number == 7) all.TrySetResult();
            await all.Task;
        });
        using var hooks = new WebHookFixture(options => options.ConnectionsPerHost = 100);
        var result = await hooks.Deliver(receiver.Url, [.. Enumerable.Range(1, 20).Select(number => WebHookFixture.Event(number, $"c{number}"))]);
        result.Ends.ShouldAllBe(delivery => delivery.End == DeliveryEnd.Delivered);
        receiver.Most.ShouldBe(8);
    }

    [Theory]
    [InlineData(3, 1_000)]
    [InlineData(100, 3)]
    public async Task A_host_and_all_hosts_together_get_so_many_at_a_time(int perHost, int inAll)
    {
        var three = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(async (_, got) =>
        {
            if (got.Number == 2) three.TrySetResult();
            await three.Task;
        });
        using var hooks = new WebHookFixture(options => (options.ConnectionsPerHost, options.Concurrency) = (perHost, inAll));
        var results = await Task.WhenAll(Enumerable.Range(1, 12).Select(number => hooks.Deliver(receiver.Url, WebHookFixture.Event(number))));
        results.SelectMany(result => result.Ends).ShouldAllBe(delivery => delivery.End == DeliveryEnd.Delivered);
        receiver.Most.ShouldBe(3);
    }

    [Fact]
    public async Task When_the_silo_stops_what_has_no_end_is_left_and_not_counted()
    {
        var begun = new TaskCompletionSource();
        await using var receiver = await Receiver.Start((http, _) =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        });
        using var hooks = new WebHookFixture();
        using var stopping = new CancellationTokenSource();
        var delivering = hooks.Deliver(receiver.Url, [WebHookFixture.Secret], [WebHookFixture.Event(1), WebHookFixture.Event(2)], stopping.Token);
        await begun.Task.WaitAsync(Patience, TimeProvider.System);
        await stopping.CancelAsync();
        var result = await delivering;
        result.Ends.Select(delivery => delivery.End).ShouldBe([DeliveryEnd.Left, DeliveryEnd.Left]);
        result.Attempts.ShouldBeEmpty();
    }

    private static Func<HttpContext, Received, Task> Answers(int status, params (string Name, string Value)[] headers) => (http, _) =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
