using Buildify.Events.Personal;
using Buildify.Events.Platform;
using Buildify.Idempotency;
using Buildify.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Events.Subscriptions;

/// <inheritdoc cref="ISubscriptionGrain"/>
/// <remarks>Reentrant: while events are with the receiver, callers are answered and the router's offers are taken.</remarks>
[Reentrant, GrainType("event-subscription")]
internal sealed partial class SubscriptionGrain : Grain, ISubscriptionGrain
{
    private static readonly TimeSpan OfferPatience = TimeSpan.FromMilliseconds(50);

    private readonly Committed<SubscriptionDocument> _hook;
    private readonly NpgsqlDataSource _source;
    private readonly IServiceProvider _services;
    private readonly SubscriptionOptions _options;
    private readonly SubscriptionMetrics _metrics;
    private readonly PersonalFields _personal;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private SubscriptionStore? _store;
    private SubscriptionRunner? _runner;

    public SubscriptionGrain(
        [PersistentState("event_subscription")] IPersistentState<SubscriptionDocument> hook, [FromKeyedServices(SubscriptionStore.Pool)] NpgsqlDataSource source,
        IServiceProvider services, IOptions<SubscriptionOptions> options, SubscriptionMetrics metrics, PersonalFields personal, TimeProvider time,
        ILogger<SubscriptionGrain> log)
    {
        _hook = new Committed<SubscriptionDocument>(this, hook);
        (_source, _services, _options, _metrics, _personal, _time, _log) = (source, services, options.Value, metrics, personal, time, log);
    }

    private string Tenant => this.TenantId();

    private string Id => GrainKeys.Local(this.GetPrimaryKeyString());

    private bool IsHook => Id.StartsWith(SubscriptionIds.Prefix, StringComparison.Ordinal);

    private IEventRouterGrain Router => GrainFactory.GetGrain<IEventRouterGrain>(GrainKeys.Tenant(Tenant));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var definition = IsHook
            ? _hook.Exists && !_hook.Value.Removed ? _hook.Value.ToDefinition() : null
            : await SubscriptionStore.ReadHandler(_source, Id);
        if (definition is not null) await Begin(definition);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _runner?.End() ?? Task.CompletedTask;

    public async Task<Outcome<CreatedSubscription>> Create(NewSubscription subscription, Caller caller, IdempotencyStamp? stamp)
    {
        if (!SubscriptionIds.IsId(Id)) return Failure.Invalid(new FieldError("id", "is no web hook's"));
        if (_hook.Exists) return new Failure(FailureCodes.AlreadyExists, $"There is a subscription '{Id}' already.");
        var errors = SubscriptionRequests.Check(subscription);
        if (errors.Count == 0 && await CheckUrl(subscription.CallbackUrl) is { } url) errors.Add(url);
        if (errors.Count > 0) return Failure.Invalid([.. errors]);
        if (await SubscriptionStore.CountHooks(_source, Tenant) >= SubscriptionRules.MaxSubscriptions)
        {
            return new Failure(FailureCodes.LimitReached, $"The tenant has {SubscriptionRules.MaxSubscriptions} web hooks, which is the most; delete one that nobody needs.");
        }

        // First its place: what is written behind this line it gets. A place without a document is nobody's.
        await SubscriptionStore.CreateCursor(_source, Tenant, Id);
        var document = SubscriptionDocument.Of(subscription, caller, _time.GetUtcNow());
        var created = document.ToCreated(Id);
        var told = new SubscriptionCreated(Id, document.Name, document.EventPattern, caller.Actor);
        if (await Write(document, Told.By(caller, Tenant, told), Outbox.For(stamp, created with { Secret = "" })) is { } failure) return failure;
        await Begin(document.ToDefinition());
        await Router.SubscriptionsChanged();
        return created;
    }

    public async Task<Outcome<SubscriptionView>> Get() => _runner is null ? NoSuch() : await View();

    public async Task<Outcome<SubscriptionView>> Change(SubscriptionChange change, Caller caller)
    {
        if (_runner is null) return NoSuch();
        var errors = IsHook ? SubscriptionRequests.Check(change) : SubscriptionRequests.CheckHandler(change);
        if (errors.Count == 0 && change.CallbackUrl is { } callback && await CheckUrl(callback) is { } url) errors.Add(url);
        if (errors.Count > 0) return Failure.Invalid([.. errors]);

        if (change with { State = null } != new SubscriptionChange())
        {
            var changed = _hook.Value.Changed(change, caller, _time.GetUtcNow());
            var told = new SubscriptionUpdated(Id, changed.Name, changed.EventPattern, caller.Actor);
            if (await Write(changed, Told.By(caller, Tenant, told)) is { } failure) return failure;
            _runner.Redefine(_hook.Value.ToDefinition());
            await Router.SubscriptionsChanged();
        }
        if (change.State is { } state && state != _runner.State) return await SetState(state, caller);
        return await View();
    }

    public async Task<Outcome<SubscriptionView>> Delete(Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        if (!IsHook) return Failure.Invalid(new FieldError("id", "is a module's handler: it is there as long as the module is on; pause it instead"));

        var view = await View();
        // Nothing is kept of what the document said but that it was there.
        var removed = new SubscriptionDocument { Name = _hook.Value.Name, Removed = true, UpdatedAt = _time.GetUtcNow(), UpdatedBy = caller.Actor };
        if (await Write(removed, Told.By(caller, Tenant, new SubscriptionDeleted(Id, removed.Name, caller.Actor))) is { } failure) return failure;
        _runner = null;
        await runner.End();
        await SubscriptionStore.Delete(_source, Tenant, Id);
        await Router.SubscriptionsChanged();
        return view;
    }

    public Task<Outcome<SubscriptionView>> Pause(Caller caller) => SetState(SubscriptionState.Paused, caller);

    public Task<Outcome<SubscriptionView>> Resume(Caller caller) => SetState(SubscriptionState.Active, caller);

    public Task Offer(EventOffer offer)
    {
        if (_runner is not { } runner) return Task.CompletedTask;
        if (offer.Jumps) return runner.Jump(offer.UpTo);
        var had = runner.Offer(offer);
        return had.IsCompleted ? Task.CompletedTask : Within(had);
    }

    // Who is less urgent waits no longer for one that is behind.
    private async Task Within(Task had) =>
        await had.WaitAsync(OfferPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private async Task Begin(SubscriptionDefinition definition)
    {
        if (await SubscriptionStore.Take(_source, Tenant, Id) is not { } cursor) return;
        _store = new SubscriptionStore(_source, Tenant, Id, cursor.Epoch);
        IEventSink sink = IsHook ? _services.GetRequiredService<IWebHookSink>() : _services.GetRequiredService<HandlerSink>();
        var runner = new SubscriptionRunner(
            _store, cursor, definition, sink, _metrics, DeactivateOnIdle, _time, _log);
        await runner.Begin();
        _runner = runner;
    }

    private async Task<Outcome<SubscriptionView>> SetState(SubscriptionState state, Caller caller)
    {
        if (_runner is not { } runner) return NoSuch();
        await runner.SetState(state, Updated(caller));
        Log.Changed(_log, Id, Tenant, state, caller.Actor);
        if (state == SubscriptionState.Active) runner.Look();
        await Router.SubscriptionsChanged();
        return await View();
    }

    private async Task<SubscriptionView> View()
    {
        var (runner, definition) = (_runner!, _runner!.Definition);
        return new SubscriptionView(
            Id, definition.Name, definition.Pattern.Text, definition.Priority, definition.CallbackUrl, definition.Module, runner.State, runner.Reason,
            runner.Plan.Window.Position, await runner.Lag(), runner.LastError, runner.LastErrorAt, runner.Plan.Retries.Count, await runner.CountDead(),
            definition.StopsOnFailure, runner.CreatedAt);
    }

    private async Task<FieldError?> CheckUrl(string url) =>
        await _services.GetRequiredService<IWebHookSink>().CheckUrl(url, CancellationToken.None) is { } wrong ? new FieldError("callback_url", wrong) : null;

    private Task<Failure?> Write(SubscriptionDocument document, NewEvent told, Outbox? outbox = null) => _hook.Write(document, Outbox.With(outbox, told));

    private NewEvent Updated(Caller caller)
    {
        var definition = _runner!.Definition;
        return Told.By(caller, Tenant, new SubscriptionUpdated(Id, definition.Name, definition.Pattern.Text, caller.Actor));
    }

    private Failure NoSuch() => Failure.NotFound($"There is no subscription '{Id}'; GET /api/v1/event-subscriptions lists them.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Subscription {Subscription} of {Tenant} is {State}, by {Actor}")]
        public static partial void Changed(ILogger logger, string subscription, string tenant, SubscriptionState state, string actor);
    }
}
