using Buildify.Gateway.Fakes;
using Buildify.Tenants;

namespace Buildify.Gateway.Correlation;

public sealed class CorrelationTests : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(
        grains => grains.On<ITenantGrain>("Get", (key, _) => key == "tenant:broken" ? throw new InvalidOperationException() : Task.FromResult<Tenant?>(null)));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/alive")]
    [InlineData("/ping")]
    [InlineData("/nothing")]
    [InlineData("/api/v1/tenants/nobody")]
    public async Task What_the_caller_sends_comes_back(string path)
    {
        var answer = await _gateway.Get(path, TestGateway.AdministratorToken, ("X-Correlation-ID", "order 7"), ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        answer.Headers["X-Correlation-ID"].ShouldBe("order 7");
        answer.Headers["traceparent"].ShouldStartWith($"00-{Trace}-");
    }

    [Theory]
    [InlineData("/alive")]
    [InlineData("/ping")]
    public async Task Without_ids_each_request_gets_its_own(string path)
    {
        var first = await _gateway.Get(path);
        var second = await _gateway.Get(path);
        first.Headers["X-Correlation-ID"].Length.ShouldBe(32);
        second.Headers["X-Correlation-ID"].ShouldNotBe(first.Headers["X-Correlation-ID"]);
        second.Headers["traceparent"].ShouldNotBe(first.Headers["traceparent"]);
    }

    [Fact]
    public async Task Ids_that_are_not_valid_are_made_new()
    {
        var answer = await _gateway.Get("/ping", null, ("X-Correlation-ID", new string('x', 129)), ("traceparent", "00-zz-1-1"));
        answer.Headers["X-Correlation-ID"].Length.ShouldBe(32);
        answer.Headers["traceparent"].ShouldMatch("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$");
    }

    [Fact]
    public async Task They_go_along_with_every_grain_call()
    {
        await _gateway.Get("/api/v1/tenants/nobody", TestGateway.AdministratorToken, ("X-Correlation-ID", "abc"), ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        var call = _gateway.Grains.CallsOf<ITenantGrain>("Get").Single();
        call.CorrelationId.ShouldBe("abc");
        call.TraceParent!.ShouldContain(Trace);
    }

    [Fact]
    public async Task They_are_on_the_log_lines_of_the_request_and_of_no_other()
    {
        await _gateway.Get("/api/v1/tenants/broken", TestGateway.AdministratorToken, ("X-Correlation-ID", "mine"));
        await _gateway.Get("/ping");
        var line = _gateway.Log.Lines.Single(line => line.Line.Contains("broke"));
        line.Scope["correlation_id"].ShouldBe("mine");
        line.Scope["trace_id"].ShouldBeOfType<string>().Length.ShouldBe(32);
        _gateway.Log.Lines.Where(other => other.Scope.GetValueOrDefault("correlation_id") is "mine").ShouldAllBe(mine => mine.Line.Contains("broke"));
    }
}
