namespace Buildify.Events.WebHooks;

/// <summary>
/// Lets so many at a time through to one host, and so many in all. Waiting here is not yet an attempt, so that a host that is slow to answer
/// some does not fail the others for having waited.
/// </summary>
internal sealed class HostGates(int perHost, int inAll) : IDisposable
{
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _all = new(inAll);

    /// <summary>Dispose what it answers to let the next one through.</summary>
    public async ValueTask<Pass> Enter(Uri uri, CancellationToken cancellation)
    {
        var host = uri.Authority;
        var gate = Take(host);
        try
        {
            await gate.Free.WaitAsync(cancellation);
        }
        catch
        {
            Leave(host, gate);
            throw;
        }
        try
        {
            // Behind the host's own: who waits for a slow host takes no place that others could use.
            await _all.WaitAsync(cancellation);
        }
        catch
        {
            gate.Free.Release();
            Leave(host, gate);
            throw;
        }
        return new Pass(this, host, gate);
    }

    public void Dispose() => _all.Dispose();

    private Gate Take(string host)
    {
        lock (_gates)
        {
            if (!_gates.TryGetValue(host, out var gate)) _gates.Add(host, gate = new Gate(new SemaphoreSlim(perHost)));
            gate.Users++;
            return gate;
        }
    }

    private void Leave(string host, Gate gate)
    {
        lock (_gates)
        {
            if (--gate.Users > 0) return;
            _gates.Remove(host);
            gate.Free.Dispose();
        }
    }

    internal sealed class Gate(SemaphoreSlim free)
    {
        public SemaphoreSlim Free => free;

        public int Users { get; set; }
    }

    internal readonly struct Pass(HostGates gates, string host, Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gates._all.Release();
            gate.Free.Release();
            gates.Leave(host, gate);
        }
    }
}
