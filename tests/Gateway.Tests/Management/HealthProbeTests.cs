using System.Net;
using Buildify.Hosting.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Buildify.Gateway.Management;

public class HealthProbeTests
{
    [Theory]
    [InlineData("http://+:8081", null, "http://box:8081/alive")]
    [InlineData("http://*:8082;http://*:9000", "7000", "http://box:8082/alive")]
    [InlineData(null, "7000;7001", "http://box:7000/alive")]
    [InlineData("", "7000", "http://box:7000/alive")]
    [InlineData(null, null, "http://box:8080/alive")]
    public void It_asks_where_the_server_listens_and_by_the_container_s_name(string? urls, string? ports, string expected) =>
        HealthProbe.OwnUrl(name => name == "ASPNETCORE_URLS" ? urls : ports, "box").ShouldBe(expected);

    [Fact]
    public async Task It_ends_with_0_where_the_program_is_alive()
    {
        await using var server = await Serve(StatusCodes.Status200OK);
        (await Ask(server.Urls.Single())).ShouldBe((0, ""));
    }

    [Fact]
    public async Task It_ends_with_1_and_says_what_was_answered_where_the_program_is_ill()
    {
        await using var server = await Serve(StatusCodes.Status503ServiceUnavailable);
        var (code, said) = await Ask(server.Urls.Single());
        code.ShouldBe(1);
        said.ShouldContain("/alive answered 503.");
    }

    [Fact]
    public async Task It_ends_with_1_where_nothing_listens()
    {
        var server = await Serve(StatusCodes.Status200OK);
        var url = server.Urls.Single();
        await server.DisposeAsync();
        var (code, said) = await Ask(url);
        code.ShouldBe(1);
        said.ShouldContain("does not answer");
    }

    [Fact]
    public async Task It_finds_itself_by_the_machine_s_name()
    {
        await using var server = await Serve(StatusCodes.Status200OK, "http://0.0.0.0:0");
        (await Ask(new UriBuilder(server.Urls.Single()) { Host = Dns.GetHostName() }.Uri.ToString().TrimEnd('/'))).ShouldBe((0, ""));
    }

    private static async Task<(int Code, string Said)> Ask(string url)
    {
        using var error = new StringWriter();
        return (await HealthProbe.Run(["--healthcheck", $"{url}/alive"], _ => null, error), error.ToString().TrimEnd());
    }

    private static async Task<WebApplication> Serve(int status, string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.MapGet("/alive", () => Results.StatusCode(status));
        await app.StartAsync();
        return app;
    }
}
