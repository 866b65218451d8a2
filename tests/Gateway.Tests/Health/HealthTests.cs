using System.Collections.Immutable;
using Buildify.Gateway.Fakes;
using Buildify.Health;
using Buildify.Modules;

namespace Buildify.Gateway.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Alive_touches_no_grain()
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Get("/alive", "not a token");
        answer.Status.ShouldBe(200);
        answer.Json.GetProperty("status").GetString().ShouldBe("ok");
        answer.Json.GetProperty("ts").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        gateway.Grains.Calls.ShouldBeEmpty();
        (await gateway.Post("/alive", "{}")).ShouldBeProblem(405, "method-not-allowed");
        (await gateway.Send(HttpMethod.Head, "/alive")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Ping_is_pong()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get("/ping")).Json.GetProperty("status").GetString().ShouldBe("pong");
    }

    [Fact]
    public async Task Ready_follows_the_database_and_the_cluster()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Get("/ready")).Status.ShouldBe(200);

        gateway.Grains.On<IHealthGrain>("CheckPostgres", (_, _) => Task.FromResult(new HealthCheck(HealthStatus.Unhealthy, 3, "away")));
        var unready = await gateway.Get("/ready");
        unready.Status.ShouldBe(503);
        unready.Json.GetProperty("checks").GetProperty("postgres").GetProperty("error").GetString().ShouldBe("away");

        gateway.Grains.On<IHealthGrain>("CheckPostgres", (_, _) => new TaskCompletionSource<HealthCheck>().Task);
        unready = await gateway.Get("/ready");
        unready.Status.ShouldBe(503);
        unready.Json.GetProperty("checks").GetProperty("cluster").GetProperty("status").GetString().ShouldBe("unhealthy");
    }

    [Fact]
    public async Task One_module_s_failure_degrades_and_does_not_unready()
    {
        await using var gateway = await TestGateway.Start(grains => grains
            .On<IHealthGrain>("CheckModules", (_, _) => Task.FromResult(ImmutableSortedDictionary<string, HealthCheck>.Empty
                .Add("notes", new HealthCheck(HealthStatus.Unhealthy, 1, "bad manifest"))))
            .On<Directories.IDirectoryGrain>("Modules", (_, _) => Task.FromResult<Outcome<Page<Module>>>(new Page<Module>([], null))));
        var health = await gateway.Get("/health");
        health.Status.ShouldBe(200);
        health.Json.GetProperty("status").GetString().ShouldBe("degraded");
        health.Json.GetProperty("checks").GetProperty("notes").GetProperty("status").GetString().ShouldBe("unhealthy");
        (await gateway.Get("/ready")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Without_the_database_the_platform_is_unhealthy()
    {
        await using var gateway = await TestGateway.Start(grains => grains
            .On<IHealthGrain>("CheckPostgres", (_, _) => Task.FromResult(new HealthCheck(HealthStatus.Unhealthy, 3, "away")))
            .On<IHealthGrain>("CheckModules", (_, _) => Task.FromException<ImmutableSortedDictionary<string, HealthCheck>>(new Npgsql.NpgsqlException("away"))));
        var health = await gateway.Get("/health");
        health.Status.ShouldBe(503);
        health.Json.GetProperty("status").GetString().ShouldBe("unhealthy");
    }

    [Fact]
    public async Task A_module_of_its_own_backend_is_asked_itself()
    {
        // The backend here is a second gateway: it answers /health like any other.
        await using var backend = await TestGateway.Start(grains => grains.On<Directories.IDirectoryGrain>(
            "Modules", (_, _) => Task.FromResult<Outcome<Page<Module>>>(new Page<Module>([], null))));
        // A first answer compiles its code, which on a busy machine can take longer than a check waits.
        (await backend.Get("/health")).Status.ShouldBe(200);
        var address = backend.Client.BaseAddress!.ToString();
        await using var gateway = await TestGateway.Start(grains => grains.On<IModuleGrain>("Get", (key, _) => Task.FromResult(key switch
        {
            "module:good" => Microservice(address),
            "module:gone" => Microservice("http://127.0.0.1:1"),
            _ => null,
        })));
        (await gateway.Get("/health/good")).Json.GetProperty("status").GetString().ShouldBe("healthy");
        var gone = await gateway.Get("/health/gone");
        gone.Status.ShouldBe(503);
        gone.Json.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        (await gateway.Get("/health/other")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Status_shows_silos_to_those_who_run_them_alone()
    {
        await using var gateway = await TestGateway.Start(grains => grains
            .On<Directories.IDirectoryGrain>("Modules", (_, _) => Task.FromResult<Outcome<Page<Module>>>(new Page<Module>([], null)))
            .On<IManagementGrain>("GetDetailedHosts", (_, _) => Task.FromResult(new[] { new MembershipEntry { SiloName = "silo-host-1", Status = SiloStatus.Active } })));
        (await gateway.Get("/api/status")).Json.TryGetProperty("silos", out _).ShouldBeFalse();
        (await gateway.Get("/api/v1/status", TestGateway.MemberToken)).Json.TryGetProperty("silos", out _).ShouldBeFalse();
        var silo = (await gateway.Get("/api/status", TestGateway.AdministratorToken)).Json.GetProperty("silos")[0];
        silo.GetProperty("role").GetString().ShouldBe("silo");
        silo.GetProperty("state").GetString().ShouldBe("active");
    }

    private static Module? Microservice(string address) => new(
        "x", "X", "1.0.0", null, ModuleState.Installed, ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, FeatureRead>.Empty,
        ImmutableSortedDictionary<string, string>.Empty, new ModuleBackend("microservice", "/api/v1/x", address), JsonText.EmptyObject, null, null);
}
