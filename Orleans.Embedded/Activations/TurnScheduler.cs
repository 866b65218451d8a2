namespace Orleans.Runtime;

/// <summary>
/// Runs an activation's tasks on the thread pool, one at a time and in order. It is the <see cref="TaskScheduler.Current"/> of grain
/// code, which is why what follows an await comes back here, and what is given to <see cref="Task.Run(Action)"/> does not.
/// </summary>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // Most of the time there is no task or one; the queue is for the rest, and is let go when it has been needed and is empty.
    private Task? _next;
    private Queue<Task>? _more;
    private bool _isScheduled;

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task)
    {
        lock (this)
        {
            if (_next is null)
            {
                _next = task;
            }
            else
            {
                (_more ??= new Queue<Task>()).Enqueue(task);
            }

            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var before = RuntimeContext.Current;
        RuntimeContext.Current = activation;
        var until = Environment.TickCount64 + activation.Silo.QuantumMilliseconds;
        try
        {
            while (TakeNext() is { } task)
            {
                TryExecuteTask(task);
                if (Environment.TickCount64 > until && YieldIfMoreWaits())
                {
                    return;
                }
            }
        }
        finally
        {
            RuntimeContext.Current = before;
        }
    }

    private Task? TakeNext()
    {
        lock (this)
        {
            var task = _next;
            _next = null;
            if (task is null)
            {
                _isScheduled = false;
            }
            else if (_more is not null)
            {
                if (!_more.TryDequeue(out _next))
                {
                    _more = null;
                }
            }

            return task;
        }
    }

    /// <summary>An activation that is never done must not keep its thread from the others.</summary>
    private bool YieldIfMoreWaits()
    {
        lock (this)
        {
            if (_next is null)
            {
                return false;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>A task may run at once on the stack of a turn of the same activation, and nowhere else.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (this)
        {
            return _next is null ? [] : [_next, .. _more ?? []];
        }
    }
}
