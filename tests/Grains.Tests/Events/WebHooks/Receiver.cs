using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Buildify.Events.WebHooks;

/// <summary>Somebody's server on loopback that gets web hooks.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _running;
    private int _most;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> All { get; } = new();

    public string Url => _app.Urls.First() + "/hook";

    public int Port => new Uri(Url).Port;

    /// <summary>Requests that were there at one time, at most.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <param name="answer">Null for 204.</param>
    /// <param name="isSecure">With a certificate that nobody trusts.</param>
    public static async Task<Receiver> Start(Func<HttpContext, Received, Task>? answer = null, bool isSecure = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (isSecure) listen.UseHttps(OwnCertificate());
        }));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(http => receiver.Take(http, answer));
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task Take(HttpContext http, Func<HttpContext, Received, Task>? answer)
    {
        var running = Interlocked.Increment(ref _running);
        for (var most = Most; running > most; most = Most) Interlocked.CompareExchange(ref _most, running, most);
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var received = new Received(All.Count, headers, body.ToArray(), http.Connection.Id);
            All.Enqueue(received);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            if (answer is not null) await answer(http, received);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static X509Certificate2 OwnCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}

internal sealed record Received(int Number, Dictionary<string, string> Headers, byte[] Body, string Connection)
{
    public string Id => Headers["webhook-id"];
}
