using Buildify.Gateway.Fakes;

namespace Buildify.Gateway.Forwarding;

public sealed class BreakerTests
{
    [Fact]
    public async Task A_backend_that_is_down_is_503_and_named()
    {
        var module = new FakeModule("legacy", "http://127.0.0.1:1");
        await using var gateway = await TestGateway.Start(module.AddTo);
        var answer = await gateway.Get("/api/v1/legacy", TestGateway.MemberToken);
        answer.ShouldBeProblem(503, "backend-unavailable").GetProperty("detail").GetString()!.ShouldContain("'legacy'");
        answer.Headers.ShouldContainKey("Retry-After");
    }

    [Fact]
    public async Task A_backend_that_does_not_begin_to_answer_is_503()
    {
        await using var gateway = await ForwardingGateway.Start(http => new TaskCompletionSource().Task.WaitAsync(http.RequestAborted), ("Forwarding:Seconds", "1"));
        (await gateway.Get()).ShouldBeProblem(503, "backend-unavailable");
    }

    [Fact]
    public async Task A_backend_that_fails_is_left_in_peace_and_tried_again()
    {
        var (asked, status) = (0, 503);
        await using var gateway = await ForwardingGateway.Start(http =>
        {
            if (http.Request.Path == "/health") return Task.CompletedTask;
            Interlocked.Increment(ref asked);
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        }, ("Forwarding:BreakAfter", "2"), ("Forwarding:BreakSeconds", "5"));

        // Its own answer, while it is asked.
        (await gateway.Get()).Status.ShouldBe(503);
        (await gateway.Get()).Status.ShouldBe(503);
        asked.ShouldBe(2);
        (await gateway.Gateway.Get("/health/legacy")).Json.GetProperty("status").GetString().ShouldBe("degraded");

        var held = await gateway.Get();
        held.ShouldBeProblem(503, "backend-unavailable");
        int.Parse(held.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 5);
        asked.ShouldBe(2);

        // The trial fails, and it is open again; the next one does not, and it closes.
        gateway.Time.Advance(TimeSpan.FromSeconds(6));
        (await gateway.Get()).Status.ShouldBe(503);
        (await gateway.Get()).ShouldBeProblem(503, "backend-unavailable");
        asked.ShouldBe(3);
        status = 200;
        gateway.Time.Advance(TimeSpan.FromSeconds(6));
        (await gateway.Get()).Status.ShouldBe(200);
        (await gateway.Get()).Status.ShouldBe(200);
        asked.ShouldBe(5);
        (await gateway.Gateway.Get("/health/legacy")).Json.GetProperty("status").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task Refusals_and_bugs_of_a_backend_are_answers()
    {
        var status = 500;
        await using var gateway = await ForwardingGateway.Start(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        }, ("Forwarding:BreakAfter", "2"));
        for (var attempt = 0; attempt < 5; attempt++) (await gateway.Get()).Status.ShouldBe(500);
        status = 429;
        (await gateway.Get()).Status.ShouldBe(429);
    }

    [Fact]
    public async Task All_bad_settings_are_told_at_once_at_start()
    {
        var error = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestGateway.Start(settings: new()
        {
            ["Forwarding:Seconds"] = "soon",
            ["Forwarding:BreakSecond"] = "1",
        }));
        error.Message.ShouldContain("Forwarding__Seconds is 'soon'");
        error.Message.ShouldContain("did you mean 'BreakSeconds'?");
    }
}
