using System.Text.Json;
using Buildify.Testing.Hosts;

namespace Buildify.Builds;

/// <summary>A test that changes the copy's sources, and brings them back.</summary>
[Collection("copy")]
public abstract class BuildTest(RepositoryCopy copy) : IAsyncLifetime
{
    private protected RepositoryCopy Copy { get; } = copy;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Copy.Reset();

    /// <summary>The host that was built last, with a tenant <c>acme</c>, its company <c>berlin</c> and these modules turned on.</summary>
    private protected static async Task<HostProcess> StartHost(string program, HostFolder folder, params string[] modules)
    {
        var host = await HostProcess.StartProgram(program, folder.Path);
        await host.Call(HttpMethod.Post, "/api/v1/tenants", """{"id":"acme","display_name":"Acme"}""");
        await host.Call(HttpMethod.Post, "/api/v1/companies", """{"id":"berlin","display_name":"Berlin"}""", "acme");
        foreach (var module in modules) await host.Call(HttpMethod.Put, $"/api/v1/tenant-modules/{module}", "{}", "acme");
        return host;
    }

    /// <summary>The modules' states, by their names.</summary>
    private protected static async Task<Dictionary<string, string>> Catalogue(HostProcess host) =>
        (await host.Call(HttpMethod.Get, "/api/v1/modules")).GetProperty("items").EnumerateArray().ToDictionary(Text("name"), Text("state"));

    private static Func<JsonElement, string> Text(string key) => element => element.GetProperty(key).GetString()!;
}
