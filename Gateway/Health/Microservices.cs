using System.Globalization;
using Buildify.Gateway.Forwarding;
using Buildify.Health;

namespace Buildify.Gateway.Health;

/// <summary>Modules with a backend of their own are asked themselves: <c>GET {address}/health</c>.</summary>
internal sealed class Microservices(IHttpClientFactory clients, Circuits circuits, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Microservices>();
        // What an answer says is not read, and where it points is not followed.
        services.AddHttpClient(nameof(Microservices)).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = Limit,
        });
    }

    public async Task<HealthCheck> Check(string address, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var error = await Ask(address, either.Token, cancellation);
        var durationMs = time.GetElapsedTime(start).TotalMilliseconds;
        if (error is not null) return new HealthCheck(HealthStatus.Unhealthy, durationMs, error);
        return circuits.IsOpen(address)
            ? new HealthCheck(HealthStatus.Degraded, durationMs, "Requests to it failed and are held back; one is let through in a moment.")
            : new HealthCheck(HealthStatus.Healthy, durationMs, Error: null);
    }

    private async Task<string?> Ask(string address, CancellationToken limited, CancellationToken caller)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/health", UriKind.Absolute, out var uri)) return "Its address is no URL.";
        try
        {
            using var client = clients.CreateClient(nameof(Microservices));
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, limited);
            return response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"It answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException error)
        {
            return $"It does not answer: {error.HttpRequestError}.";
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return $"It did not answer within {Limit.TotalSeconds} s.";
        }
    }
}
