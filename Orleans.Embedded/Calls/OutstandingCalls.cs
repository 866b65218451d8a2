namespace Orleans.Runtime;

/// <summary>
/// The calls of one origin that have no answer yet, for the time-outs and for silos that die. One timer looks at all of them, as a timer
/// for each call would cost more than the call. Linked through the calls and striped by processor: adding and removing allocate nothing
/// and seldom meet another thread.
/// </summary>
internal sealed class OutstandingCalls
{
    private readonly Stripe[] _stripes = new Stripe[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)];

    public OutstandingCalls()
    {
        for (var i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new Stripe();
        }
    }

    public void Add(GrainCall call)
    {
        var index = Thread.GetCurrentProcessorId() & (_stripes.Length - 1);
        var stripe = _stripes[index];
        lock (stripe)
        {
            call.Stripe = index;
            call.Following = stripe.First;
            if (stripe.First is { } first)
            {
                first.Previous = call;
            }

            stripe.First = call;
        }
    }

    public void Remove(GrainCall call)
    {
        if (call.Stripe < 0)
        {
            return;
        }

        var stripe = _stripes[call.Stripe];
        lock (stripe)
        {
            if (call.Previous is { } previous)
            {
                previous.Following = call.Following;
            }
            else if (ReferenceEquals(stripe.First, call))
            {
                stripe.First = call.Following;
            }

            if (call.Following is { } following)
            {
                following.Previous = call.Previous;
            }

            call.Previous = call.Following = null;
        }
    }

    public List<GrainCall> Where(Func<GrainCall, bool> condition)
    {
        var found = new List<GrainCall>();
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                for (var call = stripe.First; call is not null; call = call.Following)
                {
                    if (condition(call))
                    {
                        found.Add(call);
                    }
                }
            }
        }

        return found;
    }

    private sealed class Stripe
    {
        public GrainCall? First { get; set; }
    }
}
