using Buildify.Events;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>Where the types begin that a tenant sends under names of its own.</summary>
internal static class PrefixHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        if (!Cursor.TryRead<string>(page.Cursor, out var after)) return call.Answer(Cursor.Bad());

        // There are few: the tenant's own.
        var declared = (await call.Within(EventHandlers.Feed(call).Prefixes())).Where(prefix => after is null || string.CompareOrdinal(prefix.Prefix, after) > 0)
            .OrderBy(prefix => prefix.Prefix, StringComparer.Ordinal).Take(page.Limit + 1);
        return call.Answer<Page<EventPrefix>>(Cursor.Page(declared, page, prefix => prefix.Prefix));
    }

    public static async Task<IResult> Get(OperationCall call)
    {
        var prefix = call.Get<string>("prefix");
        if (call.IsRefused(out var refusal)) return refusal;
        var declared = await call.Within(EventHandlers.Feed(call).Prefixes());
        return declared.FirstOrDefault(known => known.Prefix == prefix) is { } found ? call.Answer<EventPrefix>(found) : call.Answer(NotThere(prefix));
    }

    public static async Task<IResult> Put(OperationCall call)
    {
        var prefix = call.Get<string>("prefix");
        return call.IsRefused(out var refusal) ? refusal : call.Answer(await call.Within(EventHandlers.Feed(call).DeclarePrefix(prefix)));
    }

    public static async Task<IResult> Delete(OperationCall call)
    {
        var prefix = call.Get<string>("prefix");
        if (call.IsRefused(out var refusal)) return refusal;
        return await call.Within(EventHandlers.Feed(call).RemovePrefix(prefix)) ? call.Done<Unit>(Unit.Value) : call.Answer(NotThere(prefix));
    }

    private static Failure NotThere(string prefix) =>
        Failure.NotFound($"There is no prefix '{prefix}' of yours; GET /api/v1/event-prefixes lists them.");
}
