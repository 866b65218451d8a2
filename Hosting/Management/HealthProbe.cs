using System.Net;
using Buildify.Hosting.Cluster;

namespace Buildify.Hosting.Management;

/// <summary>
/// The program asking after itself, for a container's health check: <c>--healthcheck [URL]</c>. An image of .NET has no other program that
/// could, and a smaller one has no shell.
/// </summary>
internal static class HealthProbe
{
    private const string Flag = "--healthcheck";
    private const int DefaultPort = 8080;

    /// <summary>Below what container engines wait at most, so that it is this that says why.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Whether the program was started for this, and not to serve.</summary>
    public static bool IsAsked(string[] args) => args is [Flag, ..];

    /// <returns>The exit code: 0 where <c>/alive</c> answers, else 1, with the reason on the error output.</returns>
    public static async Task<int> Run(string[] args, Func<string, string?> variable, TextWriter error)
    {
        var url = args is [_, var named, ..] ? named : OwnUrl(variable, Dns.GetHostName());
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
            using var http = new HttpClient(handler) { Timeout = Limit };
            using var response = await http.GetAsync(await OwnAmong(new Uri(url)));
            if (response.IsSuccessStatusCode) return 0;
            await error.WriteLineAsync($"{url} answered {(int)response.StatusCode}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or UriFormatException or System.Net.Sockets.SocketException)
        {
            await error.WriteLineAsync($"{url} does not answer: {failure.Message}");
        }
        return 1;
    }

    /// <summary>Where this container listens, by its name in the network.</summary>
    /// <param name="variable">Reads a variable of the environment: the ports are where Kestrel itself takes them from.</param>
    internal static string OwnUrl(Func<string, string?> variable, string host)
    {
        var first = variable("ASPNETCORE_URLS")?.Split(';')[0];
        if (string.IsNullOrEmpty(first)) return $"http://{host}:{variable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? $"{DefaultPort}"}{Alive.Path}";

        // '+' and '*' are Kestrel's words for every address, and no host of a URL.
        var address = first.Replace("//+", "//0.0.0.0", StringComparison.Ordinal).Replace("//*", "//0.0.0.0", StringComparison.Ordinal);
        return Uri.TryCreate(address, UriKind.Absolute, out var listening) ? $"{listening.Scheme}://{host}:{listening.Port}{Alive.Path}" : address;
    }

    // The name of a service leads to all of its replicas. Asked is the one that this is: another must not answer for it.
    private static async Task<Uri> OwnAmong(Uri url)
    {
        if (url.HostNameType != UriHostNameType.Dns) return url;
        var own = (await Dns.GetHostAddressesAsync(url.Host)).Intersect(OwnAddresses.All()).FirstOrDefault();
        return own is null ? url : new UriBuilder(url) { Host = own.ToString() }.Uri;
    }
}
