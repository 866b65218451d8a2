using Buildify.Events;

namespace Buildify.Silo.Events.Streams;

/// <summary>
/// A partition of the log as its reader has it: the newest events within a bound, and a cursor for each subscription. A cursor that is
/// behind what is in memory reads the log by itself, so that the slow neither hold up the others nor cost memory.
/// </summary>
internal sealed partial class EventPartition(int number, EventLogSource source, long cacheBytes, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan FetchPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EmptyPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TenantEvents> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<TenantEvents> _undelivered = [];
    private readonly Queue<TenantEvents> _byAge = new();
    private readonly CancellationTokenSource _end = new();
    private long _bytes;
    private bool _fetchFails;

    public int Number => number;

    /// <summary>Where this reader began: everything before it was delivered by those before.</summary>
    public long Start { get; private set; }

    /// <summary>Read up to here.</summary>
    public long ReadUpTo { get; private set; }

    /// <summary>The last position saved.</summary>
    public long Saved { get; set; }

    /// <summary>What a cursor waited for is there: a reader that does not await it comes again.</summary>
    public event Action<EventCursor>? Ready;

    public async Task Begin(CancellationToken cancellation) => Start = ReadUpTo = Saved = await source.Delivered(number, cancellation);

    public async Task<EventSlice> Read()
    {
        var began = time.GetTimestamp();
        var slice = await source.Read(number, ReadUpTo, _end.Token);
        // An owner that is going away lets its readers go at once.
        if (slice.UpTo == ReadUpTo && time.GetElapsedTime(began) < EmptyPause) await Task.Delay(EmptyPause, time);
        return slice;
    }

    /// <summary>Nothing is read any more.</summary>
    public void Dispose() => _end.Cancel();

    /// <summary>Takes in what was read.</summary>
    /// <returns>The tenants that have something new.</returns>
    public IReadOnlyCollection<string> Add(EventSlice slice)
    {
        lock (_gate)
        {
            var tenants = new HashSet<string>(StringComparer.Ordinal);
            foreach (var @event in slice.Events)
            {
                var stream = Stream(@event.Tenant);
                if (tenants.Add(@event.Tenant) && stream.Cursors.Count == 0) (stream.AwaitedFrom, stream.WasOpened) = (stream.AwaitedFrom ?? @event.Position - 1, false);
                stream.Add(@event);
                _undelivered.Add(stream);
                _byAge.Enqueue(stream);
                _bytes += Size(@event);
            }
            while (_bytes > cacheBytes) _bytes -= Size(_byAge.Dequeue().DropOldest());
            ReadUpTo = Math.Max(ReadUpTo, slice.UpTo);
            return tenants;
        }
    }

    /// <param name="after">Null for what is read from now on.</param>
    public EventCursor Open(string tenant, long? after)
    {
        lock (_gate)
        {
            var stream = Stream(tenant);
            var cursor = new EventCursor(stream, after ?? ReadUpTo);
            stream.Cursors.Add(cursor);
            stream.WasOpened = true;
            if (cursor.IsBehind) _undelivered.Add(stream);
            return cursor;
        }
    }

    public void Close(EventCursor cursor)
    {
        lock (_gate)
        {
            cursor.IsClosed = true;
            cursor.Fetched = null;
            cursor.Stream.Cursors.Remove(cursor);
        }
    }

    /// <summary>The next events behind what was handed out; null where there are none, or where they are being read from the log.</summary>
    /// <param name="fetching">What to wait for before coming again.</param>
    public EventRun? Next(EventCursor cursor, out Task? fetching)
    {
        fetching = null;
        lock (_gate)
        {
            while (cursor.Fetched is { } fetched)
            {
                cursor.Fetched = null;
                if (fetched.Events.Count > 0) return Give(cursor, fetched);
                Pass(cursor, fetched.UpTo);
            }
            if (cursor.Given < cursor.Stream.CompleteAfter)
            {
                if (!cursor.IsClosed) fetching = cursor.Fetching ??= Fetch(cursor, cursor.Given, ReadUpTo);
                return null;
            }
            var events = cursor.Stream.Next(cursor.Given);
            if (events.Count > 0) return Give(cursor, new EventRun(events, events[^1].Position));
            Pass(cursor, ReadUpTo);
            return null;
        }
    }

    /// <summary>The same for who awaits it.</summary>
    public async Task<EventRun?> NextAsync(EventCursor cursor, CancellationToken cancellation)
    {
        while (true)
        {
            var run = Next(cursor, out var fetching);
            if (run is not null || fetching is null) return run;
            await fetching.WaitAsync(cancellation);
        }
    }

    /// <summary>Everything up to there was delivered; what was handed out behind it was not.</summary>
    public void SetDelivered(EventCursor cursor, long upTo)
    {
        lock (_gate)
        {
            cursor.Position = cursor.Given = upTo;
        }
    }

    /// <summary>
    /// Up to where everything was delivered to everybody. A cursor that went back to before it holds it where it is, and does not take it back.
    /// </summary>
    public long Delivered()
    {
        lock (_gate)
        {
            var delivered = ReadUpTo;
            foreach (var stream in _undelivered.ToArray())
            {
                var behind = stream.Cursors.Where(cursor => cursor.IsBehind).Select(cursor => cursor.Position).ToList();
                if (stream.AwaitedFrom is { } awaited) behind.Add(awaited);
                if (behind.Count == 0) _undelivered.Remove(stream);
                else delivered = Math.Min(delivered, behind.Min());
            }
            return Math.Max(delivered, Saved);
        }
    }

    /// <summary>For a reader that knows who wants events, and has opened their cursors.</summary>
    public void Claim(IEnumerable<string> tenants)
    {
        lock (_gate)
        {
            foreach (var tenant in tenants) Stream(tenant).AwaitedFrom = null;
        }
    }

    /// <summary>
    /// For a reader that learns only by their cursors who wants events: of those that came for nobody, which are to be announced again
    /// because somebody came and went.
    /// </summary>
    public List<(string Tenant, long After)> Unclaimed(IEnumerable<string> announced)
    {
        lock (_gate)
        {
            var again = new List<(string, long)>();
            foreach (var stream in announced.Select(Stream))
            {
                if (stream.AwaitedFrom is { } from && stream.Cursors.Count == 0 && stream.WasOpened) again.Add((stream.Tenant, from));
                else stream.AwaitedFrom = null;
                stream.WasOpened = false;
            }
            return again;
        }
    }

    private static EventRun Give(EventCursor cursor, EventRun run)
    {
        cursor.Given = run.UpTo;
        return run;
    }

    // There is nothing for it up to there.
    private static void Pass(EventCursor cursor, long upTo)
    {
        if (upTo <= cursor.Given) return;
        if (cursor.Position == cursor.Given) cursor.Position = upTo;
        cursor.Given = upTo;
    }

    // Characters, and what an object costs beside them.
    private static long Size(LoggedEvent @event) => 500 + 2L * @event.Payload.Text.Length;

    private TenantEvents Stream(string tenant)
    {
        if (!_streams.TryGetValue(tenant, out var stream)) _streams.Add(tenant, stream = new TenantEvents(tenant, Start));
        return stream;
    }

    private Task Fetch(EventCursor cursor, long after, long readUpTo) => Task.Run(async () =>
    {
        try
        {
            var (events, isEnd) = await source.ReadTenant(cursor.Stream.Tenant, after, _end.Token);
            // All that this reader has read was in the log before.
            var last = events.Count > 0 ? events[^1].Position : after;
            Fetched(cursor, after, new EventRun(events, isEnd ? Math.Max(last, readUpTo) : last));
            if (_fetchFails) Log.FetchedAgain(logger, number);
            _fetchFails = false;
        }
        catch (Exception error) when (!_end.IsCancellationRequested)
        {
            // Said once for each partition.
            if (!_fetchFails) Log.FetchFailed(logger, error, number);
            _fetchFails = true;
            await Task.Delay(FetchPause, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Fetched(cursor, after, null);
        }
        catch (OperationCanceledException)
        {
            // The reader has ended.
        }
    });

    private void Fetched(EventCursor cursor, long after, EventRun? run)
    {
        lock (_gate)
        {
            cursor.Fetching = null;
            if (!cursor.IsClosed && cursor.Given == after) cursor.Fetched = run;
        }
        Ready?.Invoke(cursor);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Partition {Partition} of the event log cannot be read for consumers that are behind; tried again every second")]
        public static partial void FetchFailed(ILogger logger, Exception error, int partition);

        [LoggerMessage(2, LogLevel.Information, "Partition {Partition} of the event log is read again for consumers that are behind")]
        public static partial void FetchedAgain(ILogger logger, int partition);
    }
}
