using Buildify.Events;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>The log, as a tenant reads it.</summary>
internal static class EventHandlers
{
    /// <summary>Reads for one page; each looks through a bounded piece of the log.</summary>
    private const int MaxReads = 10;

    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        var (company, since) = (call.FindText("company_id"), call.Find<DateTimeOffset>("since"));
        var pattern = ReadPattern(call, out var unfit);
        if (call.IsRefused(out var refusal)) return refusal;
        if (unfit is not null) return call.Answer(unfit);
        if (!Cursor.TryRead<long>(page.Cursor, out var after) || after < 0) return call.Answer(Cursor.Bad());

        var log = call.Grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(EventPlacement.Of(call.Tenant)));
        var head = await call.Within(log.Head(beyond: 0, TimeSpan.Zero));
        var items = new List<LoggedEvent>();
        for (var reads = 1; ; reads++)
        {
            // One more than the page holds says whether there are more.
            var read = await call.Within(Feed(call).Read(new EventFilter(pattern, company, since, after, page.Limit + 1 - items.Count)));
            if (read.Failure is { } failure) return call.Answer(failure);
            items.AddRange(read.Value!.Events);
            if (items.Count > page.Limit) return call.Answer<Page<LoggedEvent>>(Cursor.Page(items, page, found => found.Position));
            after = read.Value.UpTo;
            if (after >= head) return call.Answer<Page<LoggedEvent>>(new Page<LoggedEvent>([.. items], NextCursor: null));
            // Where few events match, the page has few, and the next one goes on where this one stopped looking.
            if (reads == MaxReads) return call.Answer<Page<LoggedEvent>>(new Page<LoggedEvent>([.. items], Cursor.Write(after)));
        }
    }

    /// <summary>The parameter <c>type</c>.</summary>
    public static string? ReadPattern(OperationCall call, out Failure? unfit)
    {
        var text = call.FindText("type");
        unfit = text is not null && EventPattern.TryParse(text, out _) is { } wrong ? Failure.Invalid(new FieldError("type", wrong)) : null;
        return text;
    }

    public static IEventFeedGrain Feed(OperationCall call) => call.Grains.GetGrain<IEventFeedGrain>(GrainKeys.Tenant(call.Tenant));
}
