using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Buildify.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Buildify.Events;

/// <summary>Calls one handler for several events: a lane for each key, some lanes side by side.</summary>
internal sealed partial class HandlerBatch(
    EventHandlerInfo handler, object target, EventUpcasters upcasters, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts,
    IReadOnlySet<string> offFor, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private const int LanesAtOnce = 16;

    private const int MaxErrorLength = 2_000;

    /// <summary>Behind this nothing more is begun, so that what is done is known soon: a batch is no unit of anything.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(5);

    /// <summary>For a handler that heeds its token to say that it was stopped.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Delivery[] _ends = new Delivery[events.Length];

    // The next event of the same key; 0 stands behind none, and so ends a lane.
    private readonly int[] _next = new int[events.Length];
    private readonly List<int> _lanes = [];
    private readonly long _start = time.GetTimestamp();
    private List<Task>? _abandoned;
    private int _lane;

    /// <summary>Handlers that went on when their time was up; what they were made with has to stay until they end.</summary>
    public IReadOnlyList<Task> Abandoned => _abandoned ?? (IReadOnlyList<Task>)[];

    public async ValueTask<ImmutableArray<Delivery>> Run()
    {
        FindLanes();
        if (_lanes.Count == 1)
        {
            await RunLane(_lanes[0]);
        }
        else
        {
            var workers = new Task[Math.Min(LanesAtOnce, _lanes.Count)];
            for (var i = 0; i < workers.Length; i++) workers[i] = RunLanes();
            await Task.WhenAll(workers);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(_ends);
    }

    private void FindLanes()
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < events.Length; i++)
        {
            // Often a whole batch is of one key, and then the same text.
            var key = events[i].Key;
            ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(last, key, out var isKnown);
            if (isKnown) _next[before] = i;
            else _lanes.Add(i);
            before = i;
        }
    }

    private async Task RunLanes()
    {
        while (_lane < _lanes.Count) await RunLane(_lanes[_lane++]);
    }

    private async ValueTask RunLane(int first)
    {
        var i = first;
        CallContext.CorrelationId = null;
        CallContext.TraceParent = null;
        for (LoggedEvent? before = null; ; before = events[i], i = _next[i])
        {
            if (time.GetElapsedTime(_start) > Enough || stopping.IsCancellationRequested)
            {
                Leave(i);
                return;
            }
            Enter(events[i], before);
            var end = Handle(i);
            _ends[i] = end.IsCompletedSuccessfully ? end.Result : await end;
            var isLast = _next[i] == 0;
            if (_ends[i].End != DeliveryEnd.Delivered && !isLast) Leave(_next[i]);
            if (_ends[i].End != DeliveryEnd.Delivered || isLast) return;
        }
    }

    private void Leave(int first)
    {
        var i = first;
        do
        {
            _ends[i] = new Delivery(DeliveryEnd.Left);
            i = _next[i];
        }
        while (i != 0);
    }

    private static void Enter(LoggedEvent @event, LoggedEvent? before)
    {
        if (@event.CorrelationId != before?.CorrelationId) CallContext.CorrelationId = @event.CorrelationId;
        if (@event.TraceParent != before?.TraceParent) CallContext.TraceParent = @event.TraceParent;
    }

    // Without a state machine where the handler ends at once.
    private ValueTask<Delivery> Handle(int i)
    {
        if (offFor.Count > 0 && events[i].CompanyId is { } company && offFor.Contains(company)) return new(new Delivery(DeliveryEnd.Delivered));
        HandlerContext? context = null;
        try
        {
            context = new HandlerContext(handler.Name, upcasters.Upcast(events[i]), attempts[i], handler.Timeout, time, stopping);
            var call = handler.Call.Run(target, context);
            if (!call.IsCompletedSuccessfully) return new(Await(call, context));
            context.Dispose();
            return new(new Delivery(DeliveryEnd.Delivered));
        }
        catch (Exception error)
        {
            context?.Dispose();
            return new(Failed(events[i], error));
        }
    }

    private async Task<Delivery> Await(Task call, HandlerContext context)
    {
        try
        {
            await call.WaitAsync(handler.Timeout + Grace, time);
            context.Dispose();
            return new Delivery(DeliveryEnd.Delivered);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            (_abandoned ??= []).Add(call);
            Log.Abandoned(logger, handler.Name, context.Event.Id, handler.Timeout.TotalSeconds);
            return new Delivery(DeliveryEnd.Failed, $"It did not end within {handler.Timeout.TotalSeconds} s.");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Dispose();
            return new Delivery(DeliveryEnd.Left);
        }
        catch (Exception error)
        {
            context.Dispose();
            return Failed(context.Event, error);
        }
    }

    private Delivery Failed(LoggedEvent @event, Exception error)
    {
        Log.Failed(logger, handler.Name, @event.Id, error);
        var text = error is OperationCanceledException ? $"It was stopped after {handler.Timeout.TotalSeconds} s." : $"{error.GetType().Name}: {error.Message}";
        if (text.Length > MaxErrorLength) text = text[..MaxErrorLength];
        return new Delivery(error is PermanentEventFailureException ? DeliveryEnd.FailedForGood : DeliveryEnd.Failed, text);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Handler {Handler} failed for event {Event_id}")]
        public static partial void Failed(ILogger logger, string handler, string event_id, Exception error);

        [LoggerMessage(2, LogLevel.Warning, "Handler {Handler} did not end within {Limit_seconds} s for event {Event_id}, and is left alone")]
        public static partial void Abandoned(ILogger logger, string handler, string event_id, double limit_seconds);
    }
}
