using System.Globalization;
using System.Text.Json;
using Buildify.Bench.Tasks;
using Buildify.Gateway;
using Buildify.Modules;
using Buildify.Silo;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench;

/// <summary>
/// The platform in this process, as AppHost has it, on a database of its own, with one tenant. Each run has a new one: none is measured on what
/// another left.
/// </summary>
internal sealed class PlatformHost : IAsyncDisposable
{
    public const string Tenant = "acme";

    private const string Password = "a-password-for-measuring";

    private readonly WebApplication _app;

    private PlatformHost(WebApplication app, PostgresDatabase database) => (_app, Database) = (app, database);

    public PostgresDatabase Database { get; }

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <param name="server">One whose commits reach the disk.</param>
    /// <param name="add">What this run needs beside the silo and the gateway.</param>
    /// <param name="modules">Those of this build that it has.</param>
    /// <param name="settings">By their keys with colons.</param>
    public static async Task<PlatformHost> Start(PostgresServer server, Action<WebApplicationBuilder> add, IReadOnlyList<ModuleDefinition> modules, params (string Key, string Value)[] settings)
    {
        var database = await server.CreateDatabaseAsync();
        await Durable.Check(database);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:Postgres", database.ConnectionString),
            new("BUILDIFY_ADMIN_PASSWORD", Password),
            new("Logging:LogLevel:Default", nameof(LogLevel.Warning)),
            new("Logging:LogLevel:Microsoft.Hosting.Lifetime", nameof(LogLevel.Warning)),
            new("Cluster:SiloPort", HostProcess.FreePort().ToString(CultureInfo.InvariantCulture)),
            new("Cluster:GatewayPort", HostProcess.FreePort().ToString(CultureInfo.InvariantCulture)),
            .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSilo(modules);
        add(builder);
        builder.AddGateway(modules);
        // Standard output has the figures, and nothing else.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var app = builder.Build();
        app.UseGateway();
        await app.StartAsync();
        var host = new PlatformHost(app, database);
        using var http = await host.SignIn();
        using var tenant = await http.PostAsJsonAsync("/api/v1/tenants", new { id = Tenant, display_name = "Acme" });
        tenant.EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>A client signed in as the administrator, who looks at <see cref="Tenant"/>.</summary>
    public async Task<HttpClient> SignIn()
    {
        var http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var answer = await http.PostAsJsonAsync("/api/v1/auth/token", new { email = "admin@localhost", password = Password });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Authorization = new("Bearer", body.GetProperty("access_token").GetString());
        http.DefaultRequestHeaders.Add("X-Tenant", Tenant);
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
    }
}
