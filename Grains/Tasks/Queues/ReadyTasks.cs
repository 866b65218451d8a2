using System.Runtime.InteropServices;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Everything that is ready: by priority, then tenant by tenant in weighted turns, then by age. Holds a window of it in memory, however
/// much there is.
/// </summary>
internal sealed class ReadyTasks(WindowOptions options)
{
    private readonly LinkedList<TenantTurns>[] _levels = [.. Enumerable.Range(0, TaskOptions.MaxPriority + 1).Select(_ => new LinkedList<TenantTurns>())];
    private readonly Dictionary<(int Priority, string Tenant), LinkedListNode<TenantTurns>> _turns = [];

    /// <summary>Lanes with more in the journal, by priority.</summary>
    private readonly HashSet<Lane>[] _hungry = [.. Enumerable.Range(0, TaskOptions.MaxPriority + 1).Select(_ => new HashSet<Lane>())];

    private long _bytes;

    /// <summary>The highest place that was ever ready; a lane that is new has nothing before it that is not known.</summary>
    private long _lastPosition;

    /// <summary>Rows in memory.</summary>
    public int Count { get; private set; }

    /// <summary>Ready, in memory or behind it.</summary>
    public long Total { get; private set; }

    public int Lanes { get; private set; }

    private bool HasRoom => Count < options.Rows && _bytes < options.Bytes;

    private Lane FindOrMake(int priority, string tenant, string type, long readUpTo)
    {
        ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_turns, (priority, tenant), out var found);
        if (!found) node = _levels[priority].AddLast(new TenantTurns(priority, tenant));
        var turns = node!.Value;
        if (turns.Find(type) is { } lane) return lane;
        lane = new Lane(turns, type, readUpTo);
        turns.Lanes.Add(lane);
        Lanes++;
        return lane;
    }

    public void Add(TaskRow row)
    {
        var lane = FindOrMake(row.Priority, row.Tenant, row.Type, row.Position - 1);
        _lastPosition = Math.Max(_lastPosition, row.Position);
        var added = lane.Add(row, lane.Count == 0 || (HasRoom && lane.Count < options.LaneRows));
        if (added != LaneAdd.WasThere) Total++;
        if (added == LaneAdd.Kept) Enter(row);
        if (added == LaneAdd.Behind) _hungry[row.Priority].Add(lane);
    }

    public void PutBack(TaskRow row)
    {
        Total++;
        var lane = FindOrMake(row.Priority, row.Tenant, row.Type, _lastPosition);
        if (lane.PutBack(row)) Enter(row);
        else _hungry[row.Priority].Add(lane);
    }

    /// <summary>The next task that may go; null where none may.</summary>
    /// <param name="mayGo">Whether the lane's first task may go now: a worker knows it, and no limit is reached.</param>
    /// <param name="weight">Of a tenant.</param>
    public TaskRow? Take(Func<Lane, bool> mayGo, Func<string, int> weight)
    {
        if (Count == 0) return null;
        for (var priority = TaskOptions.MaxPriority; priority >= 0; priority--)
        {
            var level = _levels[priority];
            for (var tried = level.Count; tried > 0; tried--)
            {
                var node = level.First!;
                var turns = node.Value;
                if (turns.Oldest(mayGo) is not { } lane)
                {
                    turns.Left = 0;
                    ToTheEnd(level, node);
                    continue;
                }
                if (turns.Left <= 0) turns.Left = weight(turns.Tenant);
                var row = lane.TakeFirst();
                Leave(row);
                Total--;
                if (--turns.Left == 0) ToTheEnd(level, node);
                Forget(lane);
                return row;
            }
        }
        return null;
    }

    /// <summary>A lane that should be read on now; null where none has to or there is no room. A lane with nothing in memory always has room.</summary>
    /// <param name="isWanted">Whether somebody would take what is read.</param>
    public Lane? ToLoad(Func<Lane, bool> isWanted)
    {
        for (var priority = TaskOptions.MaxPriority; priority >= 0; priority--)
        {
            foreach (var lane in _hungry[priority])
            {
                if (!lane.IsLoading && (lane.Count == 0 || (HasRoom && lane.Count < ChunkRows / 2)) && isWanted(lane)) return lane;
            }
        }
        return null;
    }

    /// <summary>How many rows one load reads: each lane its share of the window, within bounds.</summary>
    public int ChunkRows => HasRoom ? Math.Clamp(options.Rows / Math.Max(Lanes, 1), options.LeastRows, options.LaneRows / 2) : options.LeastRows;

    /// <summary>Takes in what was read for a lane.</summary>
    /// <param name="rows">In order.</param>
    /// <param name="asked">How many were asked for.</param>
    public void EndLoad(Lane lane, List<TaskRow> rows, int asked, Func<TaskRow, bool> isWanted)
    {
        var before = lane.Count + lane.Behind;
        foreach (var row in rows.Where(isWanted)) Enter(row);
        lane.EndLoad(rows, asked, isWanted);
        Total += lane.Count + lane.Behind - before;
        if (lane.Behind == 0) _hungry[lane.Priority].Remove(lane);
        Forget(lane);
    }

    /// <summary>Takes a task out that is ended, or begun, from outside.</summary>
    /// <returns>Whether it was in memory.</returns>
    public bool Remove(TaskRow row)
    {
        if (Find(row) is not { } lane || lane.Remove(row.Id) is not { } removed) return false;
        Leave(removed);
        Total--;
        Forget(lane);
        return true;
    }

    /// <summary>One that is not in memory is no longer there.</summary>
    public void Uncount(TaskRow row)
    {
        if (Find(row) is not { } lane) return;
        var before = lane.Behind;
        lane.Uncount(row.Position);
        Total += lane.Behind - before;
        if (lane.Behind == 0) _hungry[lane.Priority].Remove(lane);
        Forget(lane);
    }

    private Lane? Find(TaskRow row) => _turns.TryGetValue((row.Priority, row.Tenant), out var node) ? node.Value.Find(row.Type) : null;

    /// <summary>As counted in the journal; nothing is in memory.</summary>
    public void Reset(IEnumerable<(int Priority, string Tenant, string Type, long Count)> lanes)
    {
        foreach (var level in _levels) level.Clear();
        foreach (var hungry in _hungry) hungry.Clear();
        _turns.Clear();
        (Count, _bytes, Total, Lanes) = (0, 0, 0, 0);
        foreach (var (priority, tenant, type, count) in lanes)
        {
            var lane = FindOrMake(priority, tenant, type, readUpTo: 0);
            lane.Reset(count);
            _hungry[priority].Add(lane);
            Total += count;
        }
    }

    /// <summary>When the oldest one in memory was enqueued; null where none is.</summary>
    public DateTimeOffset? OldestInMemory()
    {
        DateTimeOffset? oldest = null;
        foreach (var turns in _levels.SelectMany(level => level))
        {
            foreach (var lane in turns.Lanes)
            {
                if (lane.First is { } first && (oldest is null || first.CreatedAt < oldest)) oldest = first.CreatedAt;
            }
        }
        return oldest;
    }

    private void Enter(TaskRow row)
    {
        Count++;
        _bytes += row.Size;
    }

    private void Leave(TaskRow row)
    {
        Count--;
        _bytes -= row.Size;
    }

    private static void ToTheEnd(LinkedList<TenantTurns> level, LinkedListNode<TenantTurns> node)
    {
        if (level.Count == 1) return;
        level.Remove(node);
        level.AddLast(node);
    }

    private void Forget(Lane lane)
    {
        if (!lane.IsEmpty) return;
        var turns = lane.Turns;
        if (!turns.Lanes.Remove(lane)) return;
        Lanes--;
        if (turns.Lanes.Count > 0 || !_turns.Remove((turns.Priority, turns.Tenant), out var node)) return;
        node.List!.Remove(node);
    }
}

/// <summary>How much of what is ready an owner holds in memory.</summary>
internal sealed record WindowOptions
{
    public int Rows { get; init; } = 20_000;

    /// <summary>Of their payloads, about.</summary>
    public long Bytes { get; init; } = 64L << 20;

    /// <summary>Rows that a lane may have where the window is full.</summary>
    public int LeastRows { get; init; } = 50;

    /// <summary>Rows of one lane.</summary>
    public int LaneRows { get; init; } = 4_000;
}
