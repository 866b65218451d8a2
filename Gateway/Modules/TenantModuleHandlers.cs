using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Tenants;

namespace Buildify.Gateway.Modules;

/// <summary>Modules that a tenant has turned on, and the tenant's tier of their configuration.</summary>
internal static class TenantModuleHandlers
{
    public static async Task<IResult> TurnOn(OperationCall call)
    {
        var body = await call.Body<TierBody>();
        if (body.IsRefused(out var refusal, out var tier)) return refusal;
        var (revision, stale) = await TierPrecondition.Read(call, Tier);
        if (stale is not null) return stale;

        var change = tier.ToChange(Module(call), enabled: true, revision);
        return InstallationAnswer.Of(await call.Within(Steps(call).TurnOn(change, call.Caller)));
    }

    public static async Task<IResult> Get(OperationCall call) =>
        Answer.Of(await Tier(call), tier => Answer.Json(tier, revision: tier.Revision));

    public static async Task<IResult> TurnOff(OperationCall call)
    {
        var (revision, refusal) = await TierPrecondition.Read(call, Tier);
        if (refusal is not null) return refusal;
        return InstallationAnswer.Of(await call.Within(Steps(call).TurnOff(revision, call.Caller)), _ => Answer.NoContent);
    }

    public static async Task<IResult> Installation(OperationCall call) =>
        await call.Within(Steps(call).Get()) is { } installation
            ? Answer.Json(installation)
            : Problem.Of(FailureCodes.NotFound, $"'{Module(call)}' was never turned on for this tenant.");

    public static async Task<IResult> Retry(OperationCall call) => InstallationAnswer.Of(await call.Within(Steps(call).Retry(call.Caller)));

    public static async Task<IResult> Purge(OperationCall call)
    {
        var body = await call.Body<PurgeRequest>();
        if (body.IsRefused(out var refusal, out var purge)) return refusal;
        return InstallationAnswer.Of(await call.Within(Steps(call).Purge(purge.Confirm, call.Caller)));
    }

    public static async Task<IResult> History(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        var directory = call.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(call.Tenant));
        var changes = await call.Within(directory.History(null, Module(call), page));
        // A module that is not there has no history either; one whose data was purged has.
        if (changes.Value is not { Items.IsEmpty: true } || page.Cursor is not null) return Answer.Of(changes);
        return Answer.Of(await Tier(call), _ => Answer.Json(changes.Value));
    }

    private static string Module(OperationCall call) => call.Get<string>("module");

    private static Task<Outcome<ModuleTier>> Tier(OperationCall call) =>
        call.Within(call.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(call.Tenant)).GetModule(Module(call)));

    private static IInstallationGrain Steps(OperationCall call) =>
        call.Grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(call.Tenant, Module(call)));
}

/// <param name="Confirm">The module's name once more.</param>
internal sealed record PurgeRequest(string Confirm);
