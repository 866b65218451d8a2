using Buildify.Diagnostics;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;
using Buildify.Operations;

namespace Buildify.Gateway.Operations;

/// <summary>What stands before an operation's handler: whose request it is, whether they may, and whether the module is on for them.</summary>
/// <param name="module">The module's name; null for the platform's own routes.</param>
internal sealed class OperationEndpoint(
    Operation operation, string? module, Func<OperationCall, Task<IResult>> handler, CallServices services)
{
    public async Task Invoke(HttpContext http)
    {
        var answer = await Answer(http);
        if (!HttpMethods.IsGet(operation.Method))
        {
            // The place between what a request changed and the first byte of its answer, at which tests kill the process.
            await Failpoints.Reach(Failpoints.BeforeAnswer, $"{http.Request.Method} {http.Request.Path}");
        }
        await answer.ExecuteAsync(http);
    }

    private async ValueTask<IResult> Answer(HttpContext http)
    {
        string? tenant = null;
        if (operation.Scope is OperationScope.Tenant or OperationScope.Company or OperationScope.SignedIn)
        {
            (tenant, var closed) = await TenantGate.Pass(http, services.Grains, required: operation.Scope != OperationScope.SignedIn);
            if (closed is not null) return closed;
        }
        if (operation.Permission is { } permission && !http.User.May(permission))
        {
            return Problem.Of(ProblemCodes.Forbidden, $"This needs the permission '{permission}', which no role of yours holds.");
        }
        var call = new GatewayCall(http, operation, module, tenant, services);
        if (await Admit(call) is { } refusal) return refusal;
        return await handler(call);
    }

    // Where the company may stand in the body, it is looked for there when the body is read.
    private async ValueTask<IResult?> Admit(GatewayCall call) => operation.Scope switch
    {
        OperationScope.Company when operation.Body is null => await call.EnterCompany(inBody: null),
        OperationScope.Tenant when module is not null => await call.EnterModule(),
        _ => null,
    };
}

/// <summary>What every call needs of the process.</summary>
internal sealed record CallServices(IGrainFactory Grains, Idempotency.Idempotent Idempotent, int BodyBytes);
