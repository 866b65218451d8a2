using Buildify.Directories;
using Buildify.Operations;
using Buildify.Tenants;

namespace Buildify.Gateway.Tenants;

/// <summary>The customers of the platform, for those who run it.</summary>
internal static class TenantHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.Grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Tenants(page)));
    }

    public static async Task<IResult> Create(OperationCall call) => await call.Once(
        await call.Body<NewTenant>(),
        (tenant, by) => call.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant.Id)).Create(tenant, by.Caller, by.Stamp),
        made => $"/api/v1/tenants/{made.Id}");

    public static async Task<IResult> Get(OperationCall call) =>
        await call.Within(Tenant(call).Get()) is { } found ? call.Answer<Tenant>(found) : TenantChoice.NotThere();

    public static async Task<IResult> Change(OperationCall call)
    {
        var body = await call.Body<TenantChange>();
        if (body.IsRefused(out var refusal, out var change)) return refusal;
        return call.Answer(await call.Within(Tenant(call).Change(change, call.Caller)));
    }

    public static async Task<IResult> Suspend(OperationCall call)
    {
        var change = new TenantChange(State: TenantState.Suspended);
        return call.Done(await call.Within(Tenant(call).Change(change, call.Caller)));
    }

    private static ITenantGrain Tenant(OperationCall call) => call.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(call.Get<string>("tenant")));
}
