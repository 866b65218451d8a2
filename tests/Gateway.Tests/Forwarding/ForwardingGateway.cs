using Buildify.Gateway.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Gateway.Forwarding;

/// <summary>A gateway before one module, <c>legacy</c>, whose backend answers as a test says.</summary>
internal sealed class ForwardingGateway : IAsyncDisposable
{
    private ForwardingGateway(TestBackend backend, FakeModule module, TestGateway gateway, TestTime time) =>
        (Backend, Module, Gateway, Time) = (backend, module, gateway, time);

    public TestBackend Backend { get; }
    public FakeModule Module { get; }
    public TestGateway Gateway { get; }
    public TestTime Time { get; }

    public static async Task<ForwardingGateway> Start(RequestDelegate answer, params (string Name, string Value)[] settings)
    {
        var backend = await TestBackend.Start(answer);
        var module = new FakeModule("legacy", backend.Address);
        var time = new TestTime();
        var gateway = await TestGateway.Start(
            module.AddTo, settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value), services => services.AddSingleton<TimeProvider>(time));
        return new ForwardingGateway(backend, module, gateway, time);
    }

    public Task<TestAnswer> Get(string path = "/api/v1/legacy/things", params (string Name, string Value)[] headers) =>
        Gateway.Get(path, TestGateway.MemberToken, headers);

    /// <summary>Returns when the answer has begun.</summary>
    public async Task<HttpResponseMessage> Begin(HttpMethod method, string path = "/api/v1/legacy/things", HttpContent? content = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new("Bearer", TestGateway.MemberToken);
        return await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
    }
}
