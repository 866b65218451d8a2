using System.Net;
using System.Net.Sockets;
using System.Text;
using Buildify.Gateway.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Buildify.Gateway.Forwarding;

public sealed class HeaderTests : IAsyncLifetime
{
    private ForwardingGateway _gateway = null!;
    private Dictionary<string, string> _headers = null!;
    private string _target = "";
    private string _method = "";
    private RequestDelegate _answer = _ => Task.CompletedTask;

    public async Task InitializeAsync() => _gateway = await ForwardingGateway.Start(http =>
    {
        _headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        _method = http.Request.Method;
        return _answer(http);
    });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/legacy")]
    [InlineData("/api/v1/legacy/")]
    [InlineData("/api/v1/legacy/a%2Fb%20c/d?q=a%2Bb&q=%C3%A4&x=")]
    [InlineData("/API/v1/Legacy/x")]
    public async Task Path_and_query_arrive_as_they_were_sent(string target)
    {
        (await _gateway.Get(target)).Status.ShouldBe(200);
        _target.ShouldBe(target);
    }

    [Fact]
    public async Task Dots_lead_nowhere_that_the_gateway_did_not_check()
    {
        var answer = await Raw("GET /api/v1/legacy/%2e%2e/tenants HTTP/1.1");
        answer.ShouldStartWith("HTTP/1.1 403");
        (await Raw("GET /api/v1/tenants/../legacy/./x HTTP/1.1")).ShouldStartWith("HTTP/1.1 200");
        _target.ShouldBe("/api/v1/legacy/x");
    }

    // Not beside "close" or "keep-alive": of those Kestrel keeps nothing but that word, and what else was named cannot be known.
    [Theory]
    [InlineData("X-Once")]
    [InlineData("x-other,x-once")]
    public async Task What_belongs_to_one_connection_stays_on_it(string connection)
    {
        await Raw("GET /api/v1/legacy HTTP/1.1",
            "Connection: " + connection + "\r\nX-Once: 1\r\nKeep-Alive: 9\r\nTE: trailers\r\nUpgrade: h9\r\nProxy-Authorization: x\r\nX-Kept: 2\r\n");
        foreach (var gone in new[] { "X-Once", "Keep-Alive", "TE", "Upgrade", "Proxy-Authorization", "Connection" }) _headers.ShouldNotContainKey(gone);
        _headers["X-Kept"].ShouldBe("2");
    }

    [Fact]
    public async Task What_only_the_gateway_may_say_the_gateway_says()
    {
        await _gateway.Get("/api/v1/legacy/x?company_id=berlin",
            headers: [("X_Tenant", "other"), ("X-Company", "paris"), ("X-Buildify-Roles", "owner"), ("x_buildify_roles", "owner"), ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-User", "root"), ("Forwarded", "for=6.6.6.6")]);
        _headers["X-Tenant"].ShouldBe("acme");
        _headers["X-Company"].ShouldBe("berlin");
        _headers["X-Forwarded-For"].ShouldBe("127.0.0.1");
        _headers["X-Forwarded-Proto"].ShouldBe("http");
        _headers["X-Forwarded-Host"].ShouldBe(_gateway.Gateway.Client.BaseAddress!.Authority);
        _headers["Host"].ShouldBe(new Uri(_gateway.Backend.Address).Authority);
        foreach (var gone in new[] { "X_Tenant", "X-Buildify-Roles", "x_buildify_roles", "X-Forwarded-User", "Forwarded" }) _headers.ShouldNotContainKey(gone);
    }

    [Fact]
    public async Task A_header_for_another_tenant_is_refused_and_not_passed_on() =>
        (await _gateway.Get(headers: ("X-Tenant", "other"))).ShouldBeProblem(403, "forbidden");

    [Fact]
    public async Task An_administrator_s_tenant_is_the_one_named()
    {
        await _gateway.Gateway.Get("/api/v1/legacy", TestGateway.AdministratorToken, ("X-Tenant", "acme"));
        _headers["X-Tenant"].ShouldBe("acme");
        (await _gateway.Gateway.Get("/api/v1/legacy", TestGateway.AdministratorToken)).ShouldBeProblem(400, "tenant-needed");
    }

    [Fact]
    public async Task The_request_s_ids_go_along_and_come_back_once()
    {
        _answer = http =>
        {
            http.Response.Headers["X-Correlation-ID"] = "the backend's";
            return Task.CompletedTask;
        };
        var answer = await _gateway.Get(headers: [("X-Correlation-ID", "mine"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]);
        _headers["X-Correlation-ID"].ShouldBe("mine");
        _headers["traceparent"].ShouldContain("0af7651916cd43dd8448eb211c80319c");
        answer.Headers["X-Correlation-ID"].ShouldBe("mine");
    }

    [Fact]
    public async Task An_answer_comes_back_as_it_is()
    {
        _answer = async http =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = "/elsewhere";
            http.Response.Headers.Append("Set-Cookie", "a=1");
            http.Response.Headers.Append("Set-Cookie", "b=2");
            http.Response.Headers.ContentEncoding = "gzip";
            http.Response.Headers.Connection = "X-Once";
            http.Response.Headers["X-Once"] = "1";
            http.Response.ContentType = "application/x-own; v=1";
            await http.Response.WriteAsync("not really gzip");
        };
        using var response = await _gateway.Begin(HttpMethod.Get);
        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        response.Headers.Location!.OriginalString.ShouldBe("/elsewhere");
        response.Headers.GetValues("Set-Cookie").ShouldBe(["a=1", "b=2"]);
        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/x-own; v=1");
        response.Headers.Contains("X-Once").ShouldBeFalse();
        (await response.Content.ReadAsStringAsync()).ShouldBe("not really gzip");

        // From a caller that keeps none.
        await Raw("GET /api/v1/legacy HTTP/1.1");
        _headers.ShouldNotContainKey("Cookie");
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task Every_method_is_forwarded(string method)
    {
        (await _gateway.Gateway.Send(new HttpMethod(method), "/api/v1/legacy/x", token: TestGateway.MemberToken)).Status.ShouldBe(200);
        _method.ShouldBe(method);
        _headers.ShouldNotContainKey("Transfer-Encoding");
    }

    [Fact]
    public async Task Who_waits_for_100_Continue_sends_nothing_to_a_backend_that_refuses()
    {
        _answer = http =>
        {
            http.Response.StatusCode = 409;
            return Task.CompletedTask;
        };
        // No byte of the body is ever sent.
        (await Raw("POST /api/v1/legacy/x HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 5000\r\n")).ShouldStartWith("HTTP/1.1 409");
    }

    /// <summary>What HttpClient would tidy up; the answer's head.</summary>
    private async Task<string> Raw(string line, string more = "")
    {
        var address = _gateway.Gateway.Client.BaseAddress!;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: {address.Authority}\r\nAuthorization: Bearer {TestGateway.MemberToken}\r\n{more}\r\n"));
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync())!;
    }
}
