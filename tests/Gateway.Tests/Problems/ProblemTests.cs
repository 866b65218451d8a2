using System.Net.Sockets;
using System.Reflection;
using Buildify.Gateway.Fakes;
using Buildify.Tenants;
using Npgsql;

namespace Buildify.Gateway.Problems;

public sealed class ProblemTests
{
    public static TheoryData<Exception> Outages => new()
    {
        new TimeoutException("Response did not arrive on time"),
        new SiloUnavailableException("gone"),
        new NpgsqlException("Failed to connect", new SocketException()),
        new InvalidOperationException("outer", new NpgsqlException("inner")),
        new AggregateException(new TimeoutException()),
        new PostgresException("terminating connection due to administrator command", "FATAL", "FATAL", "57P01"),
    };

    [Fact]
    public void Every_code_of_the_grains_is_in_the_table()
    {
        var codes = typeof(FailureCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        codes.ShouldAllBe(code => ProblemTypes.Knows(code));
    }

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task While_the_cluster_or_the_database_is_away_the_answer_is_503_with_RetryAfter(Exception outage)
    {
        await using var gateway = await TestGateway.Start(grains => grains.On<ITenantGrain>("Get", (_, _) => Task.FromException<Tenant?>(outage)));
        var answer = await gateway.Get("/api/v1/tenants/acme", TestGateway.AdministratorToken);
        answer.ShouldBeProblem(503, "unavailable");
        answer.Headers.ShouldContainKey("Retry-After");
    }

    [Fact]
    public async Task A_bug_is_500_tells_nothing_and_is_logged()
    {
        await using var gateway = await TestGateway.Start(grains => grains.On<ITenantGrain>(
            "Get", (_, _) => Task.FromException<Tenant?>(new InvalidOperationException("the secret is 42"))));
        var answer = await gateway.Get("/api/v1/tenants/acme", TestGateway.AdministratorToken);
        answer.ShouldBeProblem(500, "internal-error");
        answer.Text.ShouldNotContain("secret");
        gateway.Log.Lines.ShouldContain(line => line.Line.Contains("broke"));
    }

    [Fact]
    public void A_broken_constraint_is_no_outage() =>
        ProblemOfException.IsAway(new PostgresException("duplicate key", "ERROR", "ERROR", "23505")).ShouldBeFalse();

    [Fact]
    public async Task A_path_that_is_no_route_is_404_for_everybody()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get("/api/v1/nothing")).ShouldBeProblem(404, "not-found");
        (await gateway.Get("/nothing", TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        (await gateway.Get("/openapi/v2.json")).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("/api/v1/companies/No_Slug")]
    [InlineData("/api/v1/companies/-x")]
    [InlineData("/api/v1/companies/berlin/modules/A")]
    [InlineData("/api/v1/companies/a%2Fb")]
    [InlineData("/api/v1/companies/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_path_with_no_slug_is_404_and_wakes_no_grain(string path)
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get(path, TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        gateway.Grains.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_method_that_a_route_has_not_is_405_and_OPTIONS_lists_those_it_has()
    {
        await using var gateway = await TestGateway.Start();
        var refused = await gateway.Send(HttpMethod.Delete, "/api/v1/tenants", token: TestGateway.AdministratorToken);
        refused.ShouldBeProblem(405, "method-not-allowed");
        refused.Headers["Allow"].ShouldContain("POST");

        var options = await gateway.Send(HttpMethod.Options, "/api/v1/tenants");
        options.Status.ShouldBe(204);
        options.Headers["Allow"].ShouldBe("GET, POST, HEAD, OPTIONS");
    }

    [Fact]
    public async Task HEAD_is_GET_without_a_body()
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Send(HttpMethod.Head, "/ping");
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBeEmpty();
        answer.Headers["Content-Length"].ShouldNotBe("0");
    }

    [Fact]
    public async Task Headers_over_the_limit_are_431()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get("/ping", null, ("X-Long", new string('x', 40_000)))).ShouldBeProblem(431, "headers-too-large");
    }

    [Fact]
    public async Task Nothing_says_what_server_this_is()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get("/ping")).Headers.ShouldNotContainKey("Server");
    }
}
