using System.Text.Json;
using Buildify.Directories;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Routes;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Tenants;

namespace Buildify.Gateway.Modules;

/// <summary>The catalogue: what is installed, and for a tenant, what of it is on.</summary>
internal static class ModuleHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.TenantOrNull is { } tenant
            ? call.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(tenant)).Modules(page)
            : call.Grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Modules(page)));
    }

    public static async Task<IResult> Get(OperationCall call)
    {
        var module = call.Get<string>("module");
        if (await call.Within(call.Grains.GetGrain<IModuleGrain>(GrainKeys.Module(module)).Get()) is not { } found)
        {
            return Problem.Of(FailureCodes.NotFound, $"There is no module '{module}'; GET /api/v1/modules lists them.");
        }
        if (call.TenantOrNull is not { } tenant) return call.Answer<Module>(found);

        var tier = await call.Within(call.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetModule(module));
        return call.Answer<Module>(found with { Enabled = tier.Value?.Enabled ?? false });
    }

    public static async Task<IResult> Register(OperationCall call)
    {
        var body = await Body.Read<JsonObjectText>(call.Http);
        if (body.IsRefused(out var refusal)) return refusal;
        if (CheckName(body.Value.Json) is { } wrong) return Problem.OfField("name", wrong);

        var caller = call.Caller;
        var registry = call.Grains.GetGrain<IModuleRegistryGrain>(GrainKeys.Platform);
        var answer = await call.Http.RequestServices.GetRequiredService<Idempotent>().Create(call.Http, tenant: null, module: null, body.Fingerprint,
            stamp => registry.Register(body.Value.Json, ModuleSource.Api, caller, stamp),
            registration => Answers.Answer.Json(registration.Module,
                registration.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, $"/api/v1/modules/{registration.Module.Name}"));
        // Before the answer: who reads it may call the module at once.
        call.Http.RequestServices.GetRequiredService<ModuleTable>().Expire();
        return answer;
    }

    // The rest of a manifest is the registry's to judge; the name becomes an id.
    private static string? CheckName(JsonText manifest)
    {
        using var document = manifest.Parse();
        if (!document.RootElement.TryGetProperty("name", out var name) || name.ValueKind == JsonValueKind.Null) return null;
        return name.ValueKind != JsonValueKind.String ? "must be a string" : Slug.IsValid(name.GetString()) ? null : Slug.Rule;
    }
}
