using System.Collections.Concurrent;
using Buildify.ForeignBackend;
using Buildify.Gateway.Fakes;
using Buildify.Identity;
using Buildify.Testing.Cluster;
using Microsoft.AspNetCore.Builder;

namespace Buildify.Gateway.Routes;

/// <summary>Real grains, a real backend, and requests all the while.</summary>
public sealed class MoveUnderLoadTests : IAsyncLifetime
{
    private static readonly string[] Tenants = [.. Enumerable.Range(0, 12).Select(i => $"tenant-{i}")];

    private PlatformCluster _cluster = null!;
    private TestGateway _gateway = null!;
    private WebApplication _backend = null!;
    private string _administrator = null!;
    private Dictionary<string, string> _tokens = null!;

    public async Task InitializeAsync()
    {
        _cluster = await PlatformCluster.Launch();
        _gateway = await TestGateway.StartOn(_cluster.Grains, app => app.MapGet("/api/v1/notes/{**path}", () => new { served_by = "grains" }));
        var keys = new Uri(_gateway.Client.BaseAddress!, "/.well-known/jwks.json");
        _backend = LegacyBackend.Build(["--urls", "http://127.0.0.1:0", "--module", "notes", "--keys", keys.ToString()]);
        await _backend.StartAsync();

        var signing = _cluster.Grains.GetGrain<ISigningKeyGrain>(GrainKeys.Platform);
        _administrator = await signing.Sign(new("ada", null, [TokenClaims.PlatformAdministrator], 900));
        _tokens = [];
        await Administer(HttpMethod.Post, "/api/v1/modules", """{"name":"notes","display_name":"Notes","version":"1.0.0"}""");
        foreach (var tenant in Tenants)
        {
            await Administer(HttpMethod.Post, "/api/v1/tenants", $$"""{"id":"{{tenant}}","display_name":"A tenant"}""");
            _tokens[tenant] = await signing.Sign(new("bob", tenant, ["member"], 900));
            (await _gateway.Send(HttpMethod.Put, "/api/v1/tenant-modules/notes", TestGateway.Json("{}"), _tokens[tenant])).Status.ShouldBeInRange(200, 202);
        }
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_module_moves_by_percentage_and_back_and_no_request_fails()
    {
        var answers = new ConcurrentQueue<(int Status, string Text)>();
        var foreign = new TaskCompletionSource();
        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; !done.IsCancellationRequested; i++)
            {
                var answer = await _gateway.Get($"/api/v1/notes/{i}", _tokens[Tenants[i % Tenants.Length]]);
                answers.Enqueue((answer.Status, answer.Text));
                if (answer.Text.Contains("foreign", StringComparison.Ordinal)) foreign.TrySetResult();
            }
        })).ToArray();

        foreach (var percentage in new[] { 10, 25, 50, 75, 100 })
        {
            await Put(percentage);
            // Answered, it holds: for everybody at once.
            foreach (var tenant in Tenants) await ShouldBeServedBy(tenant, Takes(tenant, percentage) ? "foreign" : "grains");
        }
        (await Administer(HttpMethod.Post, "/api/v1/routes/notes/rollback", "")).Json.GetProperty("rule").GetProperty("percentage").GetInt32().ShouldBe(75);
        foreach (var tenant in Tenants) await ShouldBeServedBy(tenant, Takes(tenant, 75) ? "foreign" : "grains");
        (await Administer(HttpMethod.Delete, "/api/v1/routes/notes")).Status.ShouldBe(204);
        foreach (var tenant in Tenants) await ShouldBeServedBy(tenant, "grains");

        for (var round = 0; round < 40; round++) await Put(round % 2 == 0 ? 100 : 0);
        await foreign.Task;
        await done.CancelAsync();
        await Task.WhenAll(load);
        answers.Count.ShouldBeGreaterThan(200);
        answers.Where(answer => answer.Status != 200).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_route_over_HTTP_shows_what_it_was_and_checks_what_was_seen()
    {
        var put = await Put(25);
        put.Json.GetProperty("home").GetProperty("to").GetString().ShouldBe("grains");
        put.Json.GetProperty("previous").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var get = await Administer(HttpMethod.Get, "/api/v1/routes/notes");
        get.Text.ShouldBe(put.Text);
        get.Headers["ETag"].ShouldBe(put.Headers["ETag"]);
        (await _gateway.Send(HttpMethod.Put, "/api/v1/routes/notes", TestGateway.Json("""{"to":"grains"}"""), _administrator, ("If-Match", "\"9\""))).ShouldBeProblem(412, "stale");
        (await _gateway.Get("/api/v1/routes/notes", _tokens[Tenants[0]])).ShouldBeProblem(403, "forbidden");
        (await _gateway.Get("/api/v1/routes/nowhere", _administrator)).ShouldBeProblem(404, "not-found");
        (await _gateway.Send(HttpMethod.Put, "/api/v1/routes/notes", TestGateway.Json("""{"percentage":101}"""), _administrator)).ShouldRefuse("percentage", "address");
    }

    [Fact]
    public async Task A_flag_over_HTTP_is_written_by_the_platform_and_asked_by_a_tenant()
    {
        var (named, other) = (_tokens[Tenants[0]], _tokens[Tenants[1]]);
        var put = await Administer(HttpMethod.Put, "/api/v1/flags/new-ledger", $$"""{"enabled":true,"tenants":["{{Tenants[0]}}"],"description":"what for"}""");
        put.Headers.ShouldContainKey("ETag");
        (await _gateway.Get("/api/v1/flags/new-ledger/state", named)).Text.ShouldBe("""{"flag":"new-ledger","on":true,"reason":"tenant"}""");
        (await _gateway.Get("/api/v1/flags/new-ledger/state?company_id=berlin", other)).Json.GetProperty("on").GetBoolean().ShouldBeFalse();
        (await _gateway.Get("/api/v1/flags/new-ledger", other)).ShouldBeProblem(403, "forbidden");
        (await Administer(HttpMethod.Get, "/api/v1/flags")).Json.GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("new-ledger");
        (await Administer(HttpMethod.Delete, "/api/v1/flags/new-ledger")).Status.ShouldBe(204);
        (await _gateway.Get("/api/v1/flags/new-ledger/state", named)).Json.GetProperty("reason").GetString().ShouldBe("unknown");
        (await _gateway.Get("/api/v1/flags/new-ledger", _administrator)).ShouldBeProblem(404, "not-found");
    }

    private Task<TestAnswer> Put(int percentage) =>
        Administer(HttpMethod.Put, "/api/v1/routes/notes", $$"""{"address":"{{_backend.Urls.First()}}","percentage":{{percentage}}}""");

    private async Task<TestAnswer> Administer(HttpMethod method, string path, string? json = null)
    {
        var answer = await _gateway.Send(method, path, json is null ? null : TestGateway.Json(json), _administrator);
        answer.Status.ShouldBeInRange(200, 204, answer.Text);
        return answer;
    }

    private async Task ShouldBeServedBy(string tenant, string by) =>
        (await _gateway.Get("/api/v1/notes/x", _tokens[tenant])).Json.GetProperty("served_by").GetString().ShouldBe(by, tenant);

    private static bool Takes(string tenant, int percentage) => Targeting.Place("route:notes", tenant) < percentage * 100;
}
