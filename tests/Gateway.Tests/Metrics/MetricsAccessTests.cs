using System.Net;
using Buildify.Gateway.Fakes;
using Buildify.Hosting.Management;
using Microsoft.AspNetCore.Http;

namespace Buildify.Gateway.Metrics;

public sealed class MetricsAccessTests
{
    [Theory]
    [InlineData("127.0.0.1", false, null, false, "Allowed")]
    [InlineData("::1", false, null, false, "Allowed")]
    [InlineData("10.0.0.7", false, null, false, "Refused")]
    [InlineData("127.0.0.1", true, null, false, "Refused")]
    [InlineData("10.0.0.7", false, null, true, "Allowed")]
    [InlineData("127.0.0.1", false, 9000, true, "Elsewhere")]
    [InlineData("10.0.0.7", false, 8080, false, "Allowed")]
    public void Metrics_are_for_loopback_for_administrators_or_on_their_own_port(
        string from, bool isForwarded, int? managementPort, bool isAdministrator, string verdict)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Connection.LocalPort = 8080;
        if (isForwarded) http.Request.Headers["X-Forwarded-For"] = "1.2.3.4";
        MetricsAccess.Decide(http, managementPort, isAdministrator).ToString().ShouldBe(verdict);
    }

    [Fact]
    public async Task Over_HTTP_they_are_text_and_count_requests_by_route()
    {
        await using var gateway = await TestGateway.Start();
        await gateway.Get("/ping");
        var answer = await gateway.Get("/metrics");
        answer.Status.ShouldBe(200);
        answer.Headers["Content-Type"].ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        answer.Text.ShouldContain("http_server_request_duration_seconds_count{");
        answer.Text.ShouldContain("http_route=\"/ping\"");
        answer.Text.ShouldContain("dotnet_gc_collections");
        (await gateway.Get("/metrics", null, ("X-Forwarded-For", "1.2.3.4"))).ShouldBeProblem(401, "unauthorized");
        (await gateway.Get("/metrics", TestGateway.MemberToken, ("X-Forwarded-For", "1.2.3.4"))).ShouldBeProblem(403, "forbidden");
        (await gateway.Get("/metrics", TestGateway.AdministratorToken, ("X-Forwarded-For", "1.2.3.4"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_bad_port_stops_the_start() => (await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
        () => TestGateway.Start(settings: new() { ["Management:Port"] = "x" }))).Message.ShouldContain("Management__Port is 'x'");
}
