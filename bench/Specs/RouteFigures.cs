using System.Text;
using Buildify.Bench.Http;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Specs;

/// <summary>What a route costs that is made of a spec, beside the same written by hand, in one process and under the same load.</summary>
internal static class RouteFigures
{
    private const string Route = "/api/v1/shelf";
    private const string Reference = "the same route with the same checks, written by hand with ASP.NET alone, in the same process";
    private const string Book = """{"title":"Moby-Dick; or, The Whale","body":"Call me Ishmael.","pinned":true}""";
    private const string Id = "01976b6e-8e0f-7c3a-9d7b-0c5f0f6f7a11";

    private const int Connections = 32;

    /// <summary>Both sides are compiled anew by what the runs before taught the just-in-time compiler.</summary>
    private const int Settling = 2;

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("specs.route_")) return;

        var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await using var host = await InProcessHost.Start(database, ModuleList.All, ShelfByHand.Map, ("Logging:LogLevel:Default", "Warning"));
        using var company = await host.NewCompany("shelf");
        for (var number = 0; number < Connections; number++) await Make(company.Http, number);
        if (options.Wants("specs.route_get")) await Get(options, host, company);
        if (options.Wants("specs.route_post")) await Post(options, host, company);
    }

    private static async Task Make(HttpClient http, int number)
    {
        using var body = new StringContent($$"""{"id":"company-{{number}}","display_name":"A company"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/api/v1/companies", body);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task Get(BenchOptions options, InProcessHost host, TestCompany company) =>
        HttpLoad.AddBoth(
            await Measure(options, host, company, prefix => ("GET", $"{prefix}/{Id}", null)), "specs.route_get", Reference,
            $"{Connections} keep-alive connections from another process, each GETs a book of a company of its own with a bearer token and X-Tenant");

    private static async Task Post(BenchOptions options, InProcessHost host, TestCompany company) =>
        HttpLoad.AddBoth(
            await Measure(options, host, company, prefix => ("POST", prefix, Book)), "specs.route_post", Reference,
            $"{Connections} keep-alive connections from another process, each POSTs {Book.Length} bytes for a company of its own; the grain only answers");

    private static Task<Pair<LoadAnswer>> Measure(
        BenchOptions options, InProcessHost host, TestCompany company, Func<string, (string Method, string Path, string? Body)> request)
    {
        var headers = $"Authorization: {company.Http.DefaultRequestHeaders.Authorization}\r\nX-Tenant: {company.Tenant}\r\n";
        return Pair.Measure(options.Runs, () => Run(Route), () => Run(ShelfByHand.Prefix), Settling);

        Task<LoadAnswer> Run(string prefix)
        {
            var (method, path, body) = request(prefix);
            string[] requests = [.. Enumerable.Range(0, Connections)
                .Select(number => HttpLoad.Request(method, $"{path}?company_id=company-{number}", headers, body))];
            return HttpLoad.Run(options, host.Address.Port, Environment.ProcessId, Connections, requests);
        }
    }
}
