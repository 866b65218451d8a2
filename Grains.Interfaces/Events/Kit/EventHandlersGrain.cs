using System.Collections.Immutable;
using Buildify.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Buildify.Events;

/// <summary>The base of the grain that every module has for its handlers of events.</summary>
/// <remarks>Reentrant: a handler that hangs holds up no other.</remarks>
[Reentrant, StatelessWorker]
public abstract class EventHandlersGrain<TModule>(IServiceProvider services) : Grain, IEventHandlersGrain where TModule : ModuleDefinition, new()
{
    private static readonly TModule Module = new();

    private readonly EventHandlerCatalog _catalog = services.GetRequiredService<EventHandlerCatalog>();
    private readonly EventUpcasters _upcasters = services.GetRequiredService<EventUpcasters>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ILogger _logger = services.GetRequiredService<ILogger<EventHandlersGrain<TModule>>>();
    private readonly CancellationToken _stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

    public async Task<ImmutableArray<Delivery>> Handle(string subscription, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts)
    {
        // Thrown, and so no attempt of the events': a silo that has the code will handle them.
        var handler = _catalog.Find(subscription) ?? throw new InvalidOperationException($"This silo has no handler '{subscription}' of module '{Module.Name}'.");
        if (await FindOff(events) is not { } offFor) return [.. events.Select(_ => new Delivery(DeliveryEnd.Delivered))];

        var scope = services.CreateAsyncScope();
        IReadOnlyList<Task> abandoned = [];
        try
        {
            var target = ActivatorUtilities.CreateInstance(scope.ServiceProvider, handler.Class);
            var batch = new HandlerBatch(handler, target, _upcasters, events, attempts, offFor, _time, _logger, _stopping);
            var ends = await batch.Run();
            abandoned = batch.Abandoned;
            return ends;
        }
        finally
        {
            if (abandoned.Count == 0) await scope.DisposeAsync();
            else _ = DisposeBehind(scope, abandoned);
        }
    }

    private static async Task DisposeBehind(AsyncServiceScope scope, IReadOnlyList<Task> abandoned)
    {
        await Task.WhenAll(abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await scope.DisposeAsync();
    }

    /// <summary>Companies for which the module is off; null where it is off for the tenant.</summary>
    private async ValueTask<IReadOnlySet<string>?> FindOff(ImmutableArray<LoggedEvent> events)
    {
        var (tenant, off) = (this.TenantId(), new HashSet<string>(StringComparer.Ordinal));
        if (await IsOff(tenant, company: null)) return null;
        var asked = new HashSet<string>(StringComparer.Ordinal);
        string? last = null;
        foreach (var one in events)
        {
            if (one.CompanyId is not { } company || company == last) continue;
            last = company;
            if (asked.Add(company) && await IsOff(tenant, company)) off.Add(company);
        }
        return off;
    }

    // A suspended tenant's or company's events are true all the same, and so are those of a company that nobody made.
    private async ValueTask<bool> IsOff(string tenant, string? company) => await ModuleAccess.Refuse(GrainFactory, Module.Name, tenant, company) switch
    {
        { Code: FailureCodes.ModuleNotEnabled } => true,
        { Code: FailureCodes.ModuleFailed } closed => throw new InvalidOperationException(closed.Detail),
        _ => false,
    };
}
