using Buildify.Events;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>The log, as a tenant reads it.</summary>
internal static class EventHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        var (company, since) = (call.FindText("company_id"), call.Find<DateTimeOffset>("since"));
        var pattern = ReadPattern(call, out var unfit);
        if (call.IsRefused(out var refusal)) return refusal;
        if (unfit is not null) return call.Answer(unfit);
        if (!Cursor.TryRead<long>(page.Cursor, out var after) || after < 0) return call.Answer(Cursor.Bad());

        // One more than the page holds says whether there are more.
        var filter = new EventFilter(pattern, company, since, after, page.Limit + 1);
        var read = await call.Within(Feed(call).Read(filter));
        if (read.Failure is { } failure) return call.Answer(failure);
        return call.Answer<Page<LoggedEvent>>(Cursor.Page(read.Value!.Events, page, found => found.Position));
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
