using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Buildify.Gateway;
using Buildify.Modules;
using Buildify.Silo;
using Buildify.Testing.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Buildify.Testing.Hosts;

/// <summary>The whole platform in the test's own process, on a free port and a database of its own: silo, gateway, modules.</summary>
public sealed class InProcessHost : IAsyncDisposable
{
    private const string Password = "a-password-for-tests";

    private readonly WebApplication _app;
    private readonly PostgresDatabase _database;
    private readonly string _token;
    private int _tenants;

    private InProcessHost(WebApplication app, PostgresDatabase database, string token) => (_app, _database, _token) = (app, database, token);

    public Uri Address => new(_app.Urls.First());

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public PostgresDatabase Database => _database;

    /// <param name="modules">Those that the test's project was built with.</param>
    /// <param name="settings">Beside the database's.</param>
    public static async Task<InProcessHost> Start(ModuleDefinition[] modules, params (string Key, string? Value)[] settings) =>
        await Start(await (await PostgresServer.Shared).CreateDatabaseAsync(), modules, settings);

    /// <summary>On a database that an earlier host left, as when a process is started again.</summary>
    public static Task<InProcessHost> Start(PostgresDatabase database, ModuleDefinition[] modules, params (string Key, string? Value)[] settings) =>
        Start(database, modules, _ => { }, settings);

    /// <param name="map">Puts further routes beside the platform's.</param>
    public static async Task<InProcessHost> Start(
        PostgresDatabase database, ModuleDefinition[] modules, Action<WebApplication> map, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:Postgres", database.ConnectionString),
            new("BUILDIFY_ADMIN_PASSWORD", Password),
            new("Cluster:SiloPort", HostProcess.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("Cluster:GatewayPort", HostProcess.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            .. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSilo(modules);
        builder.AddGateway(modules);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.UseGateway();
        map(app);
        await app.StartAsync();
        return new InProcessHost(app, database, await SignIn(new Uri(app.Urls.First())));
    }

    /// <summary>A client signed in as the platform's administrator.</summary>
    /// <param name="tenant">For which tenant; null for none.</param>
    public HttpClient Client(string? tenant = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (tenant is not null) client.DefaultRequestHeaders.Add("X-Tenant", tenant);
        return client;
    }

    /// <summary>A new tenant with a company <c>berlin</c> and these modules turned on.</summary>
    public async Task<TestCompany> NewCompany(params string[] modules)
    {
        var tenant = $"t{Interlocked.Increment(ref _tenants)}";
        using var platform = Client();
        await Check(await platform.PostAsJsonAsync("/api/v1/tenants", new { id = tenant, display_name = "A tenant" }));
        var http = Client(tenant);
        await Check(await http.PostAsJsonAsync("/api/v1/companies", new { id = "berlin", display_name = "A company" }));
        foreach (var module in modules) await Check(await http.PutAsJsonAsync($"/api/v1/tenant-modules/{module}", new { }));
        return new TestCompany(http, tenant, "berlin");
    }

    /// <summary>A company that an earlier host on this database made.</summary>
    public TestCompany Company(string tenant) => new(Client(tenant), tenant, "berlin");

    /// <summary>Stops the process's part and leaves the database.</summary>
    public ValueTask Stop() => _app.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        // Its background services end by themselves then, and are not broken off.
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static async Task<string> SignIn(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        var answer = await client.PostAsJsonAsync("/api/v1/auth/token", new { email = "admin@localhost", password = Password });
        await Check(answer);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static async Task Check(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}

/// <summary>A company to try a module with.</summary>
/// <param name="Http">Signed in, for the company's tenant.</param>
public sealed record TestCompany(HttpClient Http, string Tenant, string Id) : IDisposable
{
    public void Dispose() => Http.Dispose();
}
