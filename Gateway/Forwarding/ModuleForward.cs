using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;
using Buildify.Modules;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Buildify.Gateway.Forwarding;

/// <summary>On a request that is not for this process.</summary>
/// <param name="Address">Where it goes; null for the address in the module's manifest.</param>
internal sealed record ForwardTo(string Module, string? Address);

/// <summary>The endpoint of requests that go on to a backend: lets through what may call the module, and says who it is.</summary>
internal sealed class ModuleForward(IGrainFactory grains, Assertions assertions, Forwarder forwarder)
{
    private const string CompanyParameter = "company_id";

    public async Task Run(HttpContext http)
    {
        var to = http.Features.GetRequiredFeature<ForwardTo>();
        var (tenant, module, company, refusal) = await Admit(http, to.Module);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        if ((to.Address ?? module!.Backend.Address) is not { } address)
        {
            await Problem.Of(ProblemCodes.ModuleUnavailable, $"Module '{to.Module}' has just moved; try again.").ExecuteAsync(http);
            return;
        }
        var assertion = await assertions.Of(http.User, tenant!, to.Module).Within(http);
        // From here on the forwarder's own limits hold: a stream lasts as long as it likes.
        http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        await forwarder.Forward(http, new Forwarded(to.Module, address, tenant!, company, assertion));
    }

    private async ValueTask<(string? Tenant, Module? Module, string? Company, Problem? Refusal)> Admit(HttpContext http, string name)
    {
        var (tenant, closed) = await TenantGate.Pass(http, grains, required: true);
        if (closed is not null) return Refused(closed);

        var module = await grains.GetGrain<IModuleGrain>(GrainKeys.Module(name)).Get().Within(http);
        if (module is null) return Refused(Problem.Of(FailureCodes.NotFound, $"There is no module '{name}'; GET /api/v1/modules lists them."));
        if (module.State == ModuleState.Failed)
        {
            return Refused(Problem.Of(ProblemCodes.ModuleUnavailable, $"Module '{name}' failed to load; GET /api/v1/modules/{name} says why."));
        }
        var (company, bad) = Company(http.Request);
        if (bad is not null) return Refused(bad);
        var off = await ModuleAccess.Refuse(grains, name, tenant!, company).Within(http);
        return (tenant, module, company, off is null ? null : Problem.Of(off));

        static (string?, Module?, string?, Problem?) Refused(Problem problem) => (null, null, null, problem);
    }

    private static (string? Company, Problem? Refusal) Company(HttpRequest request)
    {
        var sent = request.Query[CompanyParameter];
        if (sent.Count == 0) return (null, null);
        return sent is [{ } company] && Slug.IsValid(company) ? (company, null) : (null, Problem.OfField(CompanyParameter, Slug.Rule));
    }
}
