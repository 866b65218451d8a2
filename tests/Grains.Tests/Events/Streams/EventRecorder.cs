using System.Collections.Concurrent;

namespace Buildify.Events.Streams;

/// <summary>
/// What the grains of one tenant got, and how they take it. Silos of a test cluster are in the test's process on either runtime, so a static
/// table serves.
/// </summary>
internal sealed class EventRecorder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<string, EventRecorder> All = new();

    private readonly Lock _gate = new();
    private readonly List<LoggedEvent> _events = [];
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs before an event is taken; what it throws is the consumer's failure.</summary>
    public Func<LoggedEvent, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <param name="kind">Which class of grain.</param>
    public static EventRecorder Of(string kind, string tenant) => All.GetOrAdd($"{kind} {tenant}", static _ => new EventRecorder());

    /// <summary>Null for a tenant that no test asked about.</summary>
    public static EventRecorder? Find(string kind, string tenant) => All.GetValueOrDefault($"{kind} {tenant}");

    /// <summary>Takes what tests publish; what the platform tells of a tenant is not theirs.</summary>
    public async Task Take(LoggedEvent @event)
    {
        if (@event.EventType.StartsWith(EventRules.PlatformPrefix, StringComparison.Ordinal)) return;
        await Before(@event);
        lock (_gate)
        {
            _events.Add(@event);
            _came.TrySetResult();
            _came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public List<LoggedEvent> Taken()
    {
        lock (_gate)
        {
            return [.. _events];
        }
    }

    public List<string> Ids() => [.. Taken().Select(@event => @event.Id)];

    /// <summary>Waits for so many, whatever was repeated.</summary>
    public async Task<List<string>> Distinct(int count)
    {
        await Until(events => events.DistinctBy(@event => @event.Id).Count() >= count, $"{count} events");
        return [.. Ids().Distinct()];
    }

    public async Task Until(Func<IReadOnlyList<LoggedEvent>, bool> isThere, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task came;
            lock (_gate)
            {
                if (isThere(_events)) return;
                came = _came.Task;
            }
            try
            {
                await came.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited in vain for {what}; there are {Taken().Count}.");
            }
        }
    }
}
