using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>A row of <c>event_retries</c>.</summary>
internal sealed class RetryRow(long position, string key)
{
    public long Position => position;

    public string Key => key;

    /// <summary>Those that failed.</summary>
    public int Attempts { get; set; }

    /// <summary>Null behind another of its key, and then at once when that is gone.</summary>
    public DateTimeOffset? NextAt { get; set; }

    public string? LastError { get; set; }
}

/// <summary>What waits for another attempt, by key; and the keys that stand still.</summary>
internal sealed class RetryBook
{
    private readonly Dictionary<string, KeyQueue> _keys = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(KeyQueue Queue, int Version), DateTimeOffset> _due = new();

    public int Count { get; private set; }

    /// <summary>When the next may be tried, keys that are tried now aside.</summary>
    public DateTimeOffset? NextAt
    {
        get
        {
            while (_due.TryPeek(out var top, out var at))
            {
                if (top.Version == top.Queue.Version) return at;
                _due.Dequeue();
            }
            return null;
        }
    }

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Whether later events of the key have to wait.</summary>
    public bool Blocks(string key) => _keys.Count > 0 && _keys.ContainsKey(key);

    /// <summary>The first of each key; those are what fails.</summary>
    public IEnumerable<RetryRow> Heads => _keys.Values.Where(queue => queue.Rows.Count > 0).Select(queue => queue.Rows[0]);

    public void Add(RetryRow row)
    {
        var queue = Of(row.Key);
        // Nearly always behind the others.
        var at = queue.Rows.Count;
        while (at > 0 && queue.Rows[at - 1].Position >= row.Position) at--;
        if (at < queue.Rows.Count && queue.Rows[at].Position == row.Position) queue.Rows[at] = row;
        else
        {
            queue.Rows.Insert(at, row);
            Count++;
        }
        Plan(queue);
    }

    public bool Has(RetryRow row) => _keys.TryGetValue(row.Key, out var queue) && queue.Rows.Contains(row);

    public void Remove(RetryRow row)
    {
        var queue = _keys[row.Key];
        if (queue.Rows.Remove(row)) Count--;
        Forget(queue);
    }

    public void Stop(string key)
    {
        var queue = Of(key);
        queue.IsStopped = true;
        Plan(queue);
    }

    public void Release(string key)
    {
        if (!_keys.TryGetValue(key, out var queue)) return;
        queue.IsStopped = false;
        Plan(queue);
        Forget(queue);
    }

    public void RemoveBehind(long position)
    {
        foreach (var queue in _keys.Values.ToList())
        {
            Count -= queue.Rows.RemoveAll(row => row.Position > position);
            Plan(queue);
            Forget(queue);
        }
    }

    /// <summary>Takes a key whose first is due out of the queue, until <see cref="PutBack"/>; null where there is none.</summary>
    public ImmutableArray<RetryRow>? TakeDue(DateTimeOffset now, int max)
    {
        if (NextAt is not { } at || at > now) return null;
        var queue = _due.Dequeue().Queue;
        queue.Version++;
        return [.. queue.Rows.Take(max)];
    }

    /// <summary>A key that was taken may be tried again, when its first is due.</summary>
    public void PutBack(string key)
    {
        if (_keys.TryGetValue(key, out var queue)) Plan(queue);
    }

    private KeyQueue Of(string key)
    {
        if (!_keys.TryGetValue(key, out var queue)) _keys.Add(key, queue = new KeyQueue(key));
        return queue;
    }

    private void Forget(KeyQueue queue)
    {
        if (queue.Rows.Count > 0 || queue.IsStopped) return;
        queue.Version++;
        _keys.Remove(queue.Key);
    }

    // An entry of another version is passed over when it comes up.
    private void Plan(KeyQueue queue)
    {
        queue.Version++;
        if (queue.Rows.Count > 0 && !queue.IsStopped) _due.Enqueue((queue, queue.Version), queue.Rows[0].NextAt ?? DateTimeOffset.MinValue);
    }

    private sealed class KeyQueue(string key)
    {
        public string Key => key;

        /// <summary>By position.</summary>
        public List<RetryRow> Rows { get; } = [];

        public bool IsStopped { get; set; }

        public int Version { get; set; }
    }
}
