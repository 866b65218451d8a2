using System.Net;
using System.Net.Sockets;

namespace Buildify.Events.WebHooks;

/// <summary>The addresses of a host; DNS, unless a test says otherwise.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellation);

/// <summary>
/// Connections to receivers of web hooks. A name is looked up and its addresses are checked each time a connection is made, and the
/// connection goes to one of the addresses that were checked: a name that answers otherwise the second time gains nothing.
/// </summary>
internal sealed class WebHookConnections : IDisposable
{
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(5);

    private readonly WebHookAddresses _addresses;
    private readonly HostLookup _lookup;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public WebHookConnections(WebHookOptions options, HostLookup lookup, TimeProvider time)
    {
        (_addresses, _lookup, _time) = (new WebHookAddresses(options.AllowedAddresses), lookup, time);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            // What belongs to the event goes along, not what belongs to who happens to deliver it.
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = options.ConnectionsPerHost,
            // A receiver that moved is found again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50),
            ConnectTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            MaxResponseHeadersLength = 16,
            // Of an answer that is longer than we read, nothing more is read.
            MaxResponseDrainSize = 0,
            ConnectCallback = Connect,
        });
    }

    public static HostLookup Dns { get; } = (host, cancellation) => System.Net.Dns.GetHostAddressesAsync(host, cancellation);

    public Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation) => _http.SendAsync(request, cancellation);

    /// <summary>What is wrong with a callback's address, as the message of a field; null where it may be used.</summary>
    public async Task<string?> Check(string url, CancellationToken cancellation)
    {
        if (CheckForm(url, out var uri) is { } wrong) return wrong;
        if (uri.Scheme == Uri.UriSchemeHttp && !_addresses.HasExceptions) return "must begin with https://";
        using var limit = new CancellationTokenSource(LookupLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await Find(uri.IdnHost, uri.Scheme, either.Token);
            return null;
        }
        catch (WebHookRefusedException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"has a name that could not be looked up within {LookupLimit.TotalSeconds} seconds: {uri.Host}";
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? CheckForm(string url, out Uri uri)
    {
        uri = null!;
        if (string.IsNullOrEmpty(url)) return "is missing; an address that begins with https:// is needed";
        if (url.Length > SubscriptionRules.MaxUrlLength) return $"has {url.Length} characters, more than {SubscriptionRules.MaxUrlLength}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out uri!) || uri.Host.Length == 0) return "is no absolute address; https://example.com/hooks is one";
        if (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) return "must begin with https://";
        if (uri.UserInfo.Length > 0) return "must have no user name and no password; deliveries are signed";
        if (uri.Port == 0) return "has port 0, on which nobody listens";
        return null;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var to = context.DnsEndPoint;
        var addresses = await Find(to.Host, context.InitialRequestMessage.RequestUri!.Scheme, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Where one address of a name is none to be called, none of them is: which of them a connection would get is chance.
    private async Task<IPAddress[]> Find(string host, string scheme, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host.AsSpan().Trim("[]"), out var literal) ? [literal] : await Lookup(host, cancellation);
        if (addresses.Length == 0) throw new WebHookRefusedException($"has a name that has no address: {host}");
        if (!Array.TrueForAll(addresses, _addresses.MayCall))
        {
            throw new WebHookRefusedException("leads to an address that is not public; web hooks go to public addresses, and to those in WebHooks__AllowedAddresses");
        }
        if (scheme == Uri.UriSchemeHttp && !Array.TrueForAll(addresses, _addresses.IsException)) throw new WebHookRefusedException("must begin with https://");
        return addresses;
    }

    private async Task<IPAddress[]> Lookup(string host, CancellationToken cancellation)
    {
        try
        {
            return await _lookup(host, cancellation);
        }
        catch (SocketException error)
        {
            throw new WebHookRefusedException($"has a name that cannot be looked up: {host} ({error.SocketErrorCode})", error);
        }
    }
}

/// <summary>The address is not one that a web hook goes to; the message reads behind "callback_url".</summary>
internal sealed class WebHookRefusedException(string message, Exception? inner = null) : Exception(message, inner);
