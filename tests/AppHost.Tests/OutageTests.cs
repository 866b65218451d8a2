using System.Net;
using Buildify.Testing;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.AppHost;

public class OutageTests
{
    [Fact]
    public async Task While_PostgreSQL_is_away_calls_are_refused_at_once_and_work_again_when_it_is_back()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path, ("ConnectionStrings__Postgres", database.ConnectionString));
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
        await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Berlin"}""", "acme");
        await host.Call(HttpMethod.Post, "/api/v1/modules", """{"name":"ledger","display_name":"Ledger","version":"1.0.0","configuration":{"a":1}}""");
        await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/ledger", "{}", "acme");
        const string Configuration = "/api/v1/companies/berlin/modules/ledger/configuration";
        await host.Call(HttpMethod.Get, Configuration, tenant: "acme");

        await server.StopAsync();

        foreach (var (method, path, json) in new[]
        {
            (HttpMethod.Post, "/api/v1/tenants", """{"id":"other","display_name":"Other"}"""),
            (HttpMethod.Patch, "/api/v1/companies/berlin", """{"display_name":"Bärlin"}"""),
            (HttpMethod.Get, "/api/v1/companies", null),
        })
        {
            using var refused = await host.Send(method, path, json, "acme");
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{method} {path}");
            refused.Headers.RetryAfter.ShouldNotBeNull();
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            (await refused.Content.ReadAsStringAsync()).ShouldNotContain("   at ");
        }
        (await host.Http.GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.Http.GetAsync("/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await host.Http.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await server.StartAsync();

        await Eventually.Succeeds(async () => await host.Call(HttpMethod.Patch, "/api/v1/companies/berlin", """{"display_name":"Bärlin"}""", "acme"));
        (await host.Call(HttpMethod.Get, "/api/v1/companies", tenant: "acme")).GetProperty("items")[0].GetProperty("display_name").GetString().ShouldBe("Bärlin");
        (await host.Http.GetAsync("/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_call_that_PostgreSQL_dies_under_is_answered_and_the_next_read_shows_what_is_true()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(folder.Path, ("ConnectionStrings__Postgres", database.ConnectionString));
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");

        // The write waits for a lock that this test holds; so the server stops in the middle of it.
        var blocker = await database.Source.OpenConnectionAsync();
        await using (var command = blocker.CreateCommand())
        {
            command.CommandText = "BEGIN; SELECT FROM grain_state WHERE kind = 'tenant' FOR UPDATE";
            await command.ExecuteNonQueryAsync();
        }
        var call = host.Send(HttpMethod.Patch, "/api/v1/tenants/acme", """{"display_name":"Renamed"}""");
        await Eventually.Succeeds(async () => (await database.QueryAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted")).ShouldBe(1));
        await server.StopAsync();
        using (var answer = await call) answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        try
        {
            await blocker.DisposeAsync();
        }
        catch (Npgsql.NpgsqlException)
        {
            // It asks for a rollback, of the server that is gone.
        }
        await server.StartAsync();

        await Eventually.Succeeds(async () =>
            (await host.Call(HttpMethod.Get, "/api/v1/tenants/acme")).GetProperty("display_name").GetString().ShouldBe("Acme"));
        await Eventually.Succeeds(async () => await host.Call(HttpMethod.Patch, "/api/v1/tenants/acme", """{"display_name":"Renamed"}"""));
    }
}
