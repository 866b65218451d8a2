using System.Globalization;
using Buildify.Events;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Validation;

namespace Buildify.Gateway.Events;

/// <summary>The log as it grows. Its route stands here and in no spec: specs know of answers that are JSON.</summary>
internal static class EventStreamRoute
{
    private const string LastEventId = "Last-Event-ID";

    public static void Map(IOperationMap routes) => routes.Map(new Operation("stream_events", "GET", "/events/stream")
    {
        Summary = "The tenant's events as Server-Sent Events: id is the position, event the type, data the event. A comment every 15 seconds shows that it lives.",
        Tags = ["Events"],
        Scope = OperationScope.Tenant,
        MediaType = "text/event-stream",
        Refuses = [400, 429],
        Parameters =
        [
            new("type", typeof(string))
            {
                Summary = "A pattern: words with dots between them, * for exactly one, ** for any number; left out for all.",
                Rules = [new SizeAttribute { Max = EventPattern.MaxLength }],
            },
            new("company_id", typeof(string)) { Summary = "The company's id; left out for all and for what is of no company.", Rules = [new SlugRuleAttribute()] },
            new("last_event_id", typeof(long))
            {
                Summary = "Go on behind this position; the header Last-Event-ID says the same and goes first. Without either, from now on.",
                Rules = [new BoundsAttribute { Min = "0" }],
            },
        ],
    }, Open);

    private static async Task<IResult> Open(OperationCall call)
    {
        var (company, behind) = (call.FindText("company_id"), call.Find<long>("last_event_id"));
        var pattern = EventHandlers.ReadPattern(call, out var unfit);
        if (call.IsRefused(out var refusal)) return refusal;
        if (unfit is not null) return call.Answer(unfit);
        var sent = call.Http.Request.Headers[LastEventId].ToString();
        // Browsers send it empty where they have seen none.
        if (sent.Length > 0)
        {
            if (!long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var last)) return Problem.OfField(LastEventId, "must be the id of an event of this stream");
            behind = last;
        }

        var services = call.Http.RequestServices;
        var streams = services.GetRequiredService<EventStreams>();
        if (streams.Open(call.Tenant) is not { } seat)
        {
            return Problem.Of(ProblemCodes.TooManyRequests, $"The tenant has {streams.Most} event streams open, which is the most; close one.");
        }
        try
        {
            var log = call.Grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(EventPlacement.Of(call.Tenant)));
            // Asked before the answer begins: where the cluster is away it is a problem, and no stream.
            var from = behind ?? await call.Within(log.Head(beyond: 0, TimeSpan.Zero));
            var feed = new EventTail(log, EventHandlers.Feed(call), new EventFilter(pattern, company, Since: null, from, EventStream.Batch), services.GetRequiredService<TimeProvider>());
            return ActivatorUtilities.CreateInstance<EventStream>(services, feed, seat);
        }
        catch
        {
            seat.Dispose();
            throw;
        }
    }
}
