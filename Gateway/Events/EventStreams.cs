using System.Globalization;

namespace Buildify.Gateway.Events;

/// <summary>How event streams behave.</summary>
internal sealed class EventStreamOptions
{
    /// <summary>Streams that one tenant may have open at this process (<c>Events__MaxStreams</c>); 1 to 100,000. Default 100.</summary>
    public int MaxStreams { get; private set; } = 100;

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    public List<string> Errors { get; } = [];

    public void Read(IConfiguration configuration)
    {
        if (configuration["Events:MaxStreams"] is not { Length: > 0 } text) return;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100_000) MaxStreams = number;
        else Errors.Add($"Events__MaxStreams is '{text}'; a whole number from 1 to 100000 is right.");
    }
}

/// <summary>Counts the streams that are open, so that one tenant's do not take all there is.</summary>
internal sealed class EventStreams(int most)
{
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    public int Most => most;

    /// <summary>Dispose what it answers when the stream ends; null where the tenant has as many as it may.</summary>
    public IDisposable? Open(string tenant)
    {
        lock (_open)
        {
            var open = _open.GetValueOrDefault(tenant);
            if (open >= most) return null;
            _open[tenant] = open + 1;
            return new Seat(this, tenant);
        }
    }

    private void Close(string tenant)
    {
        lock (_open)
        {
            if (--_open[tenant] == 0) _open.Remove(tenant);
        }
    }

    private sealed class Seat(EventStreams streams, string tenant) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0) streams.Close(tenant);
        }
    }
}
