using Buildify.Companies;
using Buildify.Directories;

using Buildify.Operations;

namespace Buildify.Gateway.Companies;

/// <summary>A tenant's legal entities.</summary>
internal static class CompanyHandlers
{
    public static ICompanyGrain Company(this OperationCall call) =>
        call.Grains.GetGrain<ICompanyGrain>(GrainKeys.Company(call.Tenant, call.Get<string>("company")));

    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(call.Tenant)).Companies(page)));
    }

    public static async Task<IResult> Create(OperationCall call) => await call.Once(
        await call.Body<NewCompany>(),
        (company, by) => call.Grains.GetGrain<ICompanyGrain>(GrainKeys.Company(call.Tenant, company.Id)).Create(company, by.Caller, by.Stamp),
        made => $"/api/v1/companies/{made.Id}");

    public static async Task<IResult> Get(OperationCall call) => call.Answer(await call.Within(call.Company().Get()));

    public static async Task<IResult> Change(OperationCall call)
    {
        var body = await call.Body<CompanyChange>();
        if (body.IsRefused(out var refusal, out var change)) return refusal;
        return call.Answer(await call.Within(call.Company().Change(change, call.Caller)));
    }

    public static async Task<IResult> Suspend(OperationCall call)
    {
        var change = new CompanyChange(State: CompanyState.Suspended);
        return call.Done(await call.Within(call.Company().Change(change, call.Caller)));
    }
}
