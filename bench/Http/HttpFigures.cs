using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Http;

/// <summary>How many requests a second the whole takes, from the socket to the grain and, where it writes, to the disk.</summary>
internal static class HttpFigures
{
    private const int Connections = 32;

    /// <summary>The just-in-time compiler waits for a quiet moment, and a host under load has few: the first run is its.</summary>
    private const int Settling = 1;

    private const string Tier = """{"configuration":{"tax_rate":0.19,"invoice_prefix":"DE-INV"}}""";

    private const string Manifest = """
        {
          "name": "financial", "display_name": "Financial", "version": "1.0.0",
          "backend": { "type": "grains", "api_prefix": "/api/v1/financial" },
          "database": { "strategy": "shared", "schema_prefix": "financial_" },
          "configuration": { "currency": "USD", "tax_rate": 0, "invoice_prefix": "INV" }
        }
        """;

    private static readonly string[] Companies = [.. Enumerable.Range(0, Connections).Select(n => $"company-{n}")];

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("http.")) return;

        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await using var host = await HostProcess.Start(
            folder.Path, ("ASPNETCORE_ENVIRONMENT", "Production"), ("ConnectionStrings__Postgres", database.ConnectionString));
        await Prepare(host);
        if (options.Wants("http.alive")) await Alive(options, host);
        if (options.Wants("http.configuration_read")) await Read(options, host);
        if (options.Wants("http.configuration_write")) await Write(options, host, server);
    }

    private static async Task Prepare(HostProcess host)
    {
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
        await host.Call(HttpMethod.Post, "/api/v1/modules", Manifest);
        await host.Call(HttpMethod.Put, "/api/v1/tenant-modules/financial", """{"configuration":{"currency":"EUR","tax_rate":0.20}}""", "acme");
        foreach (var company in Companies)
        {
            var body = $$"""{"id":"{{company}}","display_name":"Acme Berlin","country":"DE","currency":"EUR"}""";
            await host.Call(HttpMethod.Post, "/api/v1/companies", body, "acme");
            await host.Call(HttpMethod.Put, $"/api/v1/companies/{company}/modules/financial", Tier, "acme");
        }
    }

    private static async Task Alive(BenchOptions options, HostProcess host)
    {
        const string Path = "/alive";
        await using var bare = await BareApi.Launch(new BareAnswer(Path, await host.Http.GetStringAsync(Path)));
        string[] requests = [HttpLoad.Request("GET", Path)];
        HttpLoad.AddBoth(
            await Pair.Measure(
                options.Runs, () => Load(options, host, requests), () => Load(options, bare.Port, bare.ProcessId, requests), Settling),
            "http.alive", "ASP.NET alone with the same body", $"{Connections} keep-alive connections from another process, GET {Path}");
    }

    private static async Task Read(BenchOptions options, HostProcess host)
    {
        var first = Configuration(Companies[0]);
        var body = (await host.Call(HttpMethod.Get, first, tenant: "acme")).GetRawText();
        await using var bare = await BareApi.Launch(new BareAnswer(Configuration("{company}"), body));
        var headers = await Headers(host);
        string[] requests = [.. Companies.Select(company => HttpLoad.Request("GET", Configuration(company), headers))];
        HttpLoad.AddBoth(
            await Pair.Measure(
                options.Runs, () => Load(options, host, requests), () => Load(options, bare.Port, bare.ProcessId, requests), Settling),
            "http.configuration_read", "ASP.NET alone with the same body, nothing checked",
            $"{Connections} keep-alive connections from another process, each GETs the configuration of a company of its own with a bearer token "
            + $"and X-Tenant, {body.Length} bytes");
    }

    private static async Task Write(BenchOptions options, HostProcess host, PostgresServer server)
    {
        await using var database = await server.CreateEmptyDatabaseAsync();
        await database.ExecuteAsync(BareInsert.Table);
        var headers = await Headers(host);
        string[] requests =
            [.. Companies.Select(company => HttpLoad.Request("PUT", $"/api/v1/companies/{company}/modules/financial", headers, Tier))];
        HttpLoad.AddBoth(
            await Pair.Measure(
                options.Runs,
                () => Load(options, host, requests),
                () => Child.Do<InsertOrder, LoadAnswer>(
                    Child.Insert, new(database.ConnectionString, Connections, Tier, options.Warmup, options.Length)),
                Settling),
            "http.configuration_write", "INSERT of the same JSON with Npgsql, a transaction each",
            $"{Connections} keep-alive connections from another process, each PUTs the tier of a company of its own, {Tier.Length} bytes; fsync on");
    }

    private static string Configuration(string company) => $"/api/v1/companies/{company}/modules/financial/configuration";

    private static async Task<string> Headers(HostProcess host)
    {
        // A token lasts minutes; every figure begins with a new one.
        await host.SignIn();
        return $"Authorization: {host.Http.DefaultRequestHeaders.Authorization}\r\nX-Tenant: acme\r\n";
    }

    private static Task<LoadAnswer> Load(BenchOptions options, HostProcess host, string[] requests) =>
        Load(options, host.Http.BaseAddress!.Port, host.ProcessId, requests);

    private static Task<LoadAnswer> Load(BenchOptions options, int port, int process, string[] requests) =>
        HttpLoad.Run(options, port, process, Connections, requests);
}
