using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Buildify.Directories;
using Buildify.Health;
using Buildify.Identity;
using Buildify.Modules;
using Buildify.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Buildify.Gateway.Fakes;

/// <summary>The real gateway on a free port, before fake grains: tenant <c>acme</c> is active, <c>closed</c> suspended, no other is there.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app, FakeGrains grains, TestLog log)
    {
        (_app, Grains, Log) = (app, grains, log);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public FakeGrains Grains { get; }
    public TestLog Log { get; }
    public HttpClient Client { get; }
    public IServiceProvider Services => _app.Services;
    public static TestKeys Keys { get; } = new("test-key");
    public static string AdministratorToken => Keys.Sign("ada", roles: [TokenClaims.PlatformAdministrator]);
    public static string MemberToken => Keys.Sign("bob", tenant: "acme", roles: ["member"]);

    /// <param name="services">What is there before the gateway's own.</param>
    /// <param name="map">Routes beside the gateway's own, as a module has them.</param>
    public static Task<TestGateway> Start(
        Action<FakeGrains>? grains = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var fakes = Defaults();
        grains?.Invoke(fakes);
        return Start(fakes, fakes.Factory, settings, services, map);
    }

    /// <summary>Before real grains.</summary>
    public static Task<TestGateway> StartOn(IGrainFactory grains, Action<WebApplication>? map = null) => Start(new FakeGrains(), grains, null, null, map);

    private static async Task<TestGateway> Start(
        FakeGrains fakes, IGrainFactory grains, Dictionary<string, string?>? settings, Action<IServiceCollection>? services, Action<WebApplication>? map)
    {
        var log = new TestLog();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Tasks:Diagnostics", "true")]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(grains);
        services?.Invoke(builder.Services);
        builder.AddGateway([]);
        builder.Logging.ClearProviders().AddProvider(log);
        var app = builder.Build();
        app.UseGateway();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestGateway(app, fakes, log);
    }

    public Task<TestAnswer> Get(string path, string? token = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Get, path, null, token, headers);

    public Task<TestAnswer> Post(string path, string json, string? token = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, Json(json), token, headers);

    public async Task<TestAnswer> Send(
        HttpMethod method, string path, HttpContent? content = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        using var response = await Client.SendAsync(request);
        return await TestAnswer.Read(response);
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static FakeGrains Defaults() => new FakeGrains()
        .On<ISigningKeyGrain>("GetPublicKeys", (_, _) => Task.FromResult(TestKeys.SetOf(Keys)))
        .On<ITenantGrain>("GetState", (key, _) => Task.FromResult<TenantState?>(key switch
        {
            "tenant:acme" => TenantState.Active,
            "tenant:closed" => TenantState.Suspended,
            _ => null,
        }))
        .On<IDirectoryGrain>("ModulePrefixes", (_, _) => Task.FromResult(ImmutableArray<ModulePrefix>.Empty))
        .On<IHealthGrain>("CheckPostgres", (_, _) => Task.FromResult(new HealthCheck(HealthStatus.Healthy, 1, null)))
        .On<IHealthGrain>("CheckModules", (_, _) => Task.FromResult(ImmutableSortedDictionary<string, HealthCheck>.Empty));
}

/// <summary>An answer, read whole.</summary>
public sealed record TestAnswer(int Status, string ContentType, string Text, Dictionary<string, string> Headers)
{
    public static async Task<TestAnswer> Read(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType ?? "",
        await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>That this is a problem with all that belongs to one; returns it.</summary>
    public JsonElement ShouldBeProblem(int status, string code)
    {
        Status.ShouldBe(status, Text);
        ContentType.ShouldBe("application/problem+json");
        var problem = Json;
        problem.GetProperty("type").GetString().ShouldEndWith("/" + code);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        var trace = problem.GetProperty("trace_id").GetString()!;
        trace.Length.ShouldBe(32);
        Headers["traceparent"].ShouldContain(trace);
        Headers.ShouldContainKey("X-Correlation-ID");
        Headers["Cache-Control"].ShouldBe("no-store");
        Text.ShouldNotContain("   at ");
        return problem;
    }

    /// <summary>That this is the problem of bad fields, exactly these.</summary>
    public JsonElement ShouldRefuse(params string[] fields)
    {
        var problem = ShouldBeProblem(400, FailureCodes.Invalid);
        problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).ShouldBe(fields, ignoreOrder: true);
        return problem.GetProperty("errors");
    }
}
