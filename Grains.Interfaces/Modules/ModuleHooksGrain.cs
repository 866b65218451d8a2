using Buildify.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Buildify.Modules;

/// <summary>The base of the grain that every module has for its hooks.</summary>
public abstract partial class ModuleHooksGrain<TModule>(IServiceProvider services) : Grain, IModuleHooksGrain where TModule : ModuleDefinition, new()
{
    private static readonly TModule Module = new();
    private static readonly Type? Hooks = Module.Find<ModuleHooks>().SingleOrDefault();
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(1);

    public Task<Failure?> Enabled(HookCall call) => Run("OnEnabled", call.Tenant, hooks => hooks.OnEnabled(call));

    public Task<Failure?> Disabled(HookCall call) => Run("OnDisabled", call.Tenant, hooks => hooks.OnDisabled(call));

    public Task<Failure?> Upgraded(HookCall call, string from) => Run("OnUpgraded", call.Tenant, hooks => hooks.OnUpgraded(call, from));

    public async Task<HealthCheck> CheckHealth()
    {
        var time = services.GetRequiredService<TimeProvider>();
        var start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(HealthLimit, time);
        string? error;
        try
        {
            error = Hooks is null ? null : await Make().CheckHealth(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception broken)
        {
            error = broken is OperationCanceledException ? $"Its own check did not answer within {HealthLimit.TotalSeconds} s." : broken.Message;
        }
        return new HealthCheck(error is null ? HealthStatus.Healthy : HealthStatus.Unhealthy, time.GetElapsedTime(start).TotalMilliseconds, error);
    }

    private async Task<Failure?> Run(string hook, string tenant, Func<ModuleHooks, Task> run)
    {
        if (Hooks is null) return null;
        try
        {
            await run(Make());
            return null;
        }
        catch (Exception error)
        {
            Log.Failed(services.GetRequiredService<ILogger<ModuleHooksGrain<TModule>>>(), hook, Module.Name, tenant, error);
            return new Failure(FailureCodes.ModuleFailed,
                $"{hook} of '{Module.Name}' failed: {error.Message} Mend the cause, then POST /api/v1/tenant-modules/{Module.Name}/installation/retry.");
        }
    }

    private ModuleHooks Make() => (ModuleHooks)ActivatorUtilities.CreateInstance(services, Hooks!);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Hook} of module {Module} failed for tenant {Tenant}")]
        public static partial void Failed(ILogger logger, string hook, string module, string tenant, Exception error);
    }
}
