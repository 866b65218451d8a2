using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Companies;
using Buildify.Gateway.Limits;
using Buildify.Modules;
using Buildify.Operations;

namespace Buildify.Gateway.Modules;

/// <summary>A company's customisation of its tenant's modules, and the configuration that holds for it.</summary>
internal static class CompanyModuleHandlers
{
    public static async Task<IResult> Set(OperationCall call)
    {
        var body = await call.Body<CompanyTierBody>();
        if (body.IsRefused(out var refusal, out var tier)) return refusal;
        var (revision, stale) = await TierPrecondition.Read(call, Tier);
        if (stale is not null) return stale;

        var change = tier.ToChange(Module(call), tier.Enabled, revision);
        return Answer.Of(await call.Within(call.Company().SetModule(change, call.Caller)), set => Answer.Json(set, revision: set.Revision));
    }

    public static async Task<IResult> Get(OperationCall call) =>
        Answer.Of(await Tier(call), tier => Answer.Json(tier, revision: tier.Revision));

    public static async Task<IResult> Remove(OperationCall call)
    {
        var (revision, refusal) = await TierPrecondition.Read(call, Tier);
        if (refusal is not null) return refusal;
        return Answer.Of(await call.Within(call.Company().RemoveModule(Module(call), revision, call.Caller)), _ => Answer.NoContent);
    }

    public static async Task<IResult> Configuration(OperationCall call) => Answer.Of(
        await call.Company().GetConfiguration(Module(call)).Within(call.Http), holds => Answer.Json(holds, revision: holds.Revision));

    public static async Task<IResult> History(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        var directory = call.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(call.Tenant));
        var changes = await call.Within(directory.History(call.Get<string>("company"), Module(call), page));
        if (changes.Value is not { Items.IsEmpty: true } || page.Cursor is not null) return Answer.Of(changes);
        return Answer.Of(await Tier(call), _ => Answer.Json(changes.Value));
    }

    private static string Module(OperationCall call) => call.Get<string>("module");

    private static Task<Outcome<ModuleTier>> Tier(OperationCall call) => call.Within(call.Company().GetModule(Module(call)));
}
