namespace Buildify.Tasks.Queues;

/// <summary>
/// What is ready of one priority, tenant and type, in order: the first of it in memory, the rest behind it in the journal. Types have
/// lanes of their own so that one that no worker knows, or whose limit is reached, is in nobody's way.
/// </summary>
internal sealed class Lane(TenantTurns turns, string type, long readUpTo)
{
    private readonly LinkedList<TaskRow> _rows = [];
    private bool _isLoading;
    private long _addedMeanwhile;

    public TenantTurns Turns => turns;

    public int Priority => turns.Priority;

    public string Tenant => turns.Tenant;

    public string Type => type;

    public int Count => _rows.Count;

    /// <summary>Rows in the journal behind the last one in memory.</summary>
    public long Behind { get; private set; }

    /// <summary>The position of the last row that was in memory; the next load goes on from there.</summary>
    public long ReadUpTo { get; private set; } = readUpTo;

    public bool IsLoading => _isLoading;

    public bool IsEmpty => _rows.Count == 0 && Behind == 0 && !_isLoading;

    public TaskRow? First => _rows.First?.Value;

    public TaskRow TakeFirst()
    {
        var row = _rows.First!.Value;
        _rows.RemoveFirst();
        return row;
    }

    /// <summary>One that was handed out and comes back.</summary>
    /// <returns>Whether it was kept; where it lies behind what was read, it will be read again.</returns>
    public bool PutBack(TaskRow row)
    {
        if (row.Position > ReadUpTo)
        {
            Behind++;
            return false;
        }
        var node = _rows.First;
        while (node is not null && node.Value.Position < row.Position) node = node.Next;
        if (node is null) _rows.AddLast(row);
        else _rows.AddBefore(node, row);
        return true;
    }

    /// <summary>A row that has just become ready, with the highest position so far.</summary>
    /// <param name="hasRoom">Whether it may be kept in memory, where it is the next one.</param>
    public LaneAdd Add(TaskRow row, bool hasRoom)
    {
        // A load that began after its commit has brought it before its owner heard of the commit.
        if (row.Position <= ReadUpTo) return LaneAdd.WasThere;
        if (hasRoom && Behind == 0 && !_isLoading)
        {
            _rows.AddLast(row);
            ReadUpTo = row.Position;
            return LaneAdd.Kept;
        }
        Behind++;
        if (_isLoading) _addedMeanwhile++;
        return LaneAdd.Behind;
    }

    /// <summary>As counted in the journal; nothing of it is in memory.</summary>
    public void Reset(long behind)
    {
        _rows.Clear();
        (Behind, ReadUpTo) = (behind, 0);
    }

    public void BeginLoad() => (_isLoading, _addedMeanwhile) = (true, 0);

    /// <param name="rows">In order, from behind <see cref="ReadUpTo"/>; those that run or have ended meanwhile are told apart by <paramref name="isWanted"/>.</param>
    /// <param name="asked">How many were asked for; fewer are all that there were.</param>
    /// <returns>How many were kept.</returns>
    public int EndLoad(List<TaskRow> rows, int asked, Func<TaskRow, bool> isWanted)
    {
        _isLoading = false;
        var kept = 0;
        foreach (var row in rows)
        {
            ReadUpTo = row.Position;
            if (!isWanted(row)) continue;
            _rows.AddLast(row);
            kept++;
        }
        // What was added while it was read may be among the rows or not; read it (again) rather than miss it.
        Behind = rows.Count < asked ? _addedMeanwhile : Math.Max(Behind - rows.Count, 1);
        return kept;
    }

    public void FailLoad() => _isLoading = false;

    /// <summary>One that lies behind is no longer there.</summary>
    public void Uncount(long position)
    {
        if (position > ReadUpTo && Behind > 0) Behind--;
    }

    /// <summary>Takes a task out that is ended from outside; one that is behind is left out when it is read.</summary>
    public TaskRow? Remove(Guid id)
    {
        for (var node = _rows.First; node is not null; node = node.Next)
        {
            if (node.Value.Id != id) continue;
            _rows.Remove(node);
            return node.Value;
        }
        return null;
    }
}

internal enum LaneAdd
{
    Kept,
    Behind,
    WasThere,
}
