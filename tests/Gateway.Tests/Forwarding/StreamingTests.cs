using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Buildify.Gateway.Forwarding;

public sealed class StreamingTests
{
    [Fact]
    public async Task An_answer_s_first_bytes_arrive_before_its_end()
    {
        var seen = new TaskCompletionSource();
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: 1\n\n");
            await http.Response.Body.FlushAsync();
            await seen.Task.WaitAsync(http.RequestAborted);
            await http.Response.WriteAsync("data: 2\n\n");
        });

        using var response = await gateway.Begin(HttpMethod.Get);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("data: 1");
        seen.SetResult();
        (await reader.ReadToEndAsync()).ShouldBe("\ndata: 2\n\n");
    }

    [Fact]
    public async Task An_answer_s_headers_arrive_before_its_first_byte()
    {
        var seen = new TaskCompletionSource();
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            await seen.Task.WaitAsync(http.RequestAborted);
        });

        using var response = await gateway.Begin(HttpMethod.Get);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        seen.SetResult();
        (await response.Content.ReadAsStringAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_body_s_first_bytes_reach_the_backend_before_its_end()
    {
        var arrived = new TaskCompletionSource<string>();
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            arrived.SetResult((await reader.ReadLineAsync())!);
            await http.Response.WriteAsync(await reader.ReadToEndAsync());
        });

        var pipe = new Pipe();
        var sending = gateway.Begin(HttpMethod.Post, content: new FlushedContent(pipe.Reader.AsStream()));
        await pipe.Writer.WriteAsync("first\n"u8.ToArray());
        (await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("first");
        await pipe.Writer.WriteAsync("rest"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        using var response = await sending;
        (await response.Content.ReadAsStringAsync()).ShouldBe("rest");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_far_larger_than_the_gateway_s_own_limit_passes_both_ways(bool chunked)
    {
        var body = RandomNumberGenerator.GetBytes(8 * 1024 * 1024);
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            // As a backend does that answers with what it got; the answer begins when the body has come.
            using var all = new MemoryStream();
            await http.Request.Body.CopyToAsync(all);
            http.Response.Headers["X-Sent-Length"] = http.Request.ContentLength?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
            await http.Response.Body.WriteAsync(all.ToArray());
        });

        HttpContent content = chunked ? new StreamContent(new NoLength(body)) : new ByteArrayContent(body);
        using var response = await gateway.Begin(HttpMethod.Put, content: content);
        response.Headers.GetValues("X-Sent-Length").Single().ShouldBe(chunked ? "none" : "8388608");
        (await response.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(body).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_forwarder_s_own_limit_is_413_and_no_fault_of_the_backend(bool chunked)
    {
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            await http.Response.WriteAsync("taken");
        }, ("Forwarding:BodyBytes", "4096"), ("Forwarding:BreakAfter", "2"));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            HttpContent content = chunked ? new StreamContent(new NoLength(new byte[8192])) : new ByteArrayContent(new byte[8192]);
            using var response = await gateway.Begin(HttpMethod.Post, content: content);
            (await Fakes.TestAnswer.Read(response)).ShouldBeProblem(413, "too-large");
        }
        using var small = await gateway.Begin(HttpMethod.Post, content: new ByteArrayContent(new byte[4096]));
        (await small.Content.ReadAsStringAsync()).ShouldBe("taken");
    }

    [Fact]
    public async Task A_caller_who_hangs_up_ends_the_backend_s_request()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            using var _ = http.RequestAborted.Register(() => ended.SetResult());
            begun.SetResult();
            await ended.Task;
        });

        using var hangUp = new CancellationTokenSource();
        var sending = gateway.Begin(HttpMethod.Get, cancellation: hangUp.Token);
        await begun.Task;
        await hangUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_caller_who_hangs_up_in_the_middle_of_an_answer_ends_it_too()
    {
        var ended = new TaskCompletionSource();
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            using var _ = http.RequestAborted.Register(() => ended.SetResult());
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            await ended.Task;
        });

        (await gateway.Begin(HttpMethod.Get)).Dispose();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_seen_to_break_off()
    {
        var seen = new TaskCompletionSource();
        await using var gateway = await ForwardingGateway.Start(async http =>
        {
            await http.Response.WriteAsync("half of");
            await http.Response.Body.FlushAsync();
            await seen.Task;
            http.Abort();
        });

        using var response = await gateway.Begin(HttpMethod.Get);
        (await response.Content.ReadAsStreamAsync()).ReadByte().ShouldBe('h');
        seen.SetResult();
        await Should.ThrowAsync<IOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null));
    }

    /// <summary>Sends each piece as it comes; StreamContent waits for a buffer to fill.</summary>
    private sealed class FlushedContent(Stream from) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[100];
            await stream.FlushAsync();
            for (int read; (read = await from.ReadAsync(buffer)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length) => (length = -1) > 0;
    }

    /// <summary>Of a length that nobody knows beforehand.</summary>
    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
