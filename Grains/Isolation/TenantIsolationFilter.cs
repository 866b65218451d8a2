using Buildify.Diagnostics;

namespace Buildify.Isolation;

/// <summary>
/// Refuses a call from one tenant's grain to another's. It stands before every grain method in the silo, so that no grain has to
/// think of it. A call from outside of the cluster has no source: the gateway has checked its tenant.
/// </summary>
internal sealed class TenantIsolationFilter : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        // The runtime's own grains have keys of their own making: a stream's subscribers are kept under "events/events/tenant:acme".
        if (context.InterfaceName.StartsWith("Orleans.", StringComparison.Ordinal)) return context.Invoke();

        if (context.SourceId is { } source && !TenantBoundary.Admits(Scope(source), Text(context.TargetId)))
        {
            throw new CrossTenantCallException(
                $"A grain of tenant '{GrainKeys.TenantOf(Scope(source))}' called {context.InterfaceName}.{context.MethodName} of another tenant; "
                + "a grain calls its own tenant's grains and the platform's only.");
        }
        return context.Invoke();
    }

    // The grain that runs tasks is the platform's, and what it calls is called for the task's tenant.
    private static string Scope(GrainId source) =>
        Text(source) is var key && key == GrainKeys.TaskExecutor && CallContext.TaskTenant is { } tenant ? GrainKeys.Tenant(tenant) : key;

    private static string Text(GrainId grain) => grain.Key.ToString()!;
}
