using Buildify.Directories;
using Buildify.Flags;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Operations;

namespace Buildify.Gateway.Flags;

/// <summary>Feature flags: those who run the platform write them, a tenant's users ask whether one is on for them.</summary>
internal static class FlagHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.Grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Flags(page)));
    }

    public static async Task<IResult> Get(OperationCall call) =>
        await call.Within(Flag(call).Get()) is { } found
            ? Answer.Json(found, revision: found.Revision)
            : Problem.Of(FailureCodes.NotFound, $"There is no flag '{call.Get<string>("flag")}'; GET /api/v1/flags lists them.");

    public static async Task<IResult> Set(OperationCall call)
    {
        var body = await call.Body<FlagChange>();
        if (body.IsRefused(out var refusal, out var change)) return refusal;
        var (revision, stale) = await Seen(call);
        if (stale is not null) return stale;
        return Answer.Of(await call.Within(Flag(call).Set(change, revision, call.Caller)), set => Answer.Json(set, revision: set.Revision));
    }

    public static async Task<IResult> Remove(OperationCall call)
    {
        var (revision, refusal) = await Seen(call);
        if (refusal is not null) return refusal;
        return call.Done(await call.Within(Flag(call).Remove(revision, call.Caller)));
    }

    public static async Task<IResult> State(OperationCall call)
    {
        var company = call.FindText("company_id");
        if (call.IsRefused(out var refusal)) return refusal;
        return Answer.Json(await Flag(call).StateFor(call.Tenant, company).Within(call.Http));
    }

    private static ValueTask<(string? Revision, Problem? Refusal)> Seen(OperationCall call) =>
        Precondition.Read(call.Http, async () => (await call.Within(Flag(call).Get()))?.Revision);

    private static IFlagGrain Flag(OperationCall call) => call.Grains.GetGrain<IFlagGrain>(GrainKeys.Flag(call.Get<string>("flag")));
}
