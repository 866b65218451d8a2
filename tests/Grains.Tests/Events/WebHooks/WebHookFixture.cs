using System.Collections.Immutable;
using System.Net;
using Buildify.Events.Subscriptions;

namespace Buildify.Events.WebHooks;

/// <summary>The sink of web hooks, with loopback allowed unless a test says otherwise.</summary>
internal sealed class WebHookFixture : IDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly WebHookMetrics _metrics = new();
    private readonly WebHookConnections _connections;
    private readonly WebHookSender _sender;

    public WebHookFixture(Action<WebHookOptions>? options = null, HostLookup? lookup = null, TimeProvider? time = null, bool mayCallLoopback = true)
    {
        var settings = new WebHookOptions { TimeoutSeconds = 10 };
        if (mayCallLoopback) settings.AllowedAddresses.Add(IPNetwork.Parse("127.0.0.0/8"));
        options?.Invoke(settings);
        _connections = new WebHookConnections(settings, lookup ?? WebHookConnections.Dns, time ?? TimeProvider.System);
        _sender = new WebHookSender(settings, _connections, _metrics, time ?? TimeProvider.System);
        Sink = new WebHookSink(_sender, _connections, events => new([.. events]));
    }

    public IWebHookSink Sink { get; }

    public static LoggedEvent Event(int number, string? company = null) => new(
        $"e{number}", "crm.contact.created", 1, "crm", "acme", company, new JsonText($$"""{"name":"Zoë","number":{{number}}}"""),
        DateTimeOffset.UnixEpoch.AddDays(20_000), "cor-1", number)
    {
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    public Task<SinkResult> Deliver(string url, params ImmutableArray<LoggedEvent> events) => Deliver(url, [Secret], events);

    public Task<SinkResult> Deliver(string url, ImmutableArray<string> secrets, ImmutableArray<LoggedEvent> events, CancellationToken cancellation = default) =>
        Sink.Deliver(new SinkTarget("acme", "hook", null, url, secrets), events, [.. events.Select(_ => 1)], cancellation);

    public void Dispose()
    {
        _sender.Dispose();
        _connections.Dispose();
        _metrics.Dispose();
    }
}
