namespace Orleans.Runtime;

/// <summary>The requests that wait at an activation, in the order they came, linked through themselves.</summary>
internal struct TurnQueue
{
    private TurnRequest? _first;
    private TurnRequest? _last;

    public int Count { get; private set; }

    public readonly TurnRequest? First => _first;

    public void Add(TurnRequest request)
    {
        request.Next = null;
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
        Count++;
    }

    public void Remove(TurnRequest? previous, TurnRequest request)
    {
        if (previous is null)
        {
            _first = request.Next;
        }
        else
        {
            previous.Next = request.Next;
        }

        if (ReferenceEquals(_last, request))
        {
            _last = previous;
        }

        request.Next = null;
        Count--;
    }

    /// <summary>Takes over a chain that another queue gave up.</summary>
    public void AddAll(TurnRequest? chain)
    {
        while (chain is not null)
        {
            var next = chain.Next;
            Add(chain);
            chain = next;
        }
    }

    public TurnRequest? TakeAll()
    {
        var chain = _first;
        this = default;
        return chain;
    }

    public static void FailAll(TurnRequest? chain, Exception exception)
    {
        while (chain is not null)
        {
            var next = chain.Next;
            chain.Next = null;
            chain.Fail(exception);
            chain = next;
        }
    }
}
