using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// One incarnation of a grain: its object, its queue of requests and its turns. Kept small, as there are as many as there are grains in
/// use: what most never need is in <see cref="ActivationExtras"/>, and the scheduler's own object is the lock.
/// </summary>
internal sealed partial class Activation : IGrainContext, IWorkItemScheduler
{
    private readonly TurnScheduler _turns;
    private readonly WorkerPool? _pool;
    private TurnQueue _waiting;
    private ActivationExtras? _extras;
    private ActivationId _activationId;
    private long _usedAt;

    public Activation(GrainId grainId, GrainClass grainClass, Silo silo, TurnRequest? waiting, WorkerPool? pool = null)
    {
        GrainId = grainId;
        Class = grainClass;
        Silo = silo;
        _turns = new TurnScheduler(this);
        _pool = pool;
        _usedAt = silo.Time.GetTimestamp();
        for (var request = waiting; request is not null; request = request.Next)
        {
            SetActivation(request);
            _waitingToInterleave += MayInterleave(request) ? 1 : 0;
        }

        _waiting.AddAll(waiting);
    }

    public GrainId GrainId { get; }

    public GrainClass Class { get; }

    public Silo Silo { get; }

    public object? GrainInstance { get; private set; }

    public ActivationState State { get; private set; }

    public bool HasFilters => Class.FiltersItsCalls || Silo.IncomingFilters.Length > 0;

    public GrainReference GrainReference => new(Silo, GrainId);

    /// <summary>Drawn when it is first asked for: a random id costs more than the rest of an activation's start.</summary>
    public ActivationId ActivationId
    {
        get
        {
            lock (_turns)
            {
                return _activationId.IsDefault ? _activationId = ActivationId.NewId() : _activationId;
            }
        }
    }

    public GrainAddress Address => new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = Silo.SiloAddress };

    public IServiceProvider ActivationServices => (Extras.Scope ??= Silo.Services.CreateScope()).ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => Lifecycle;

    public GrainLifecycle Lifecycle => Extras.Lifecycle ??= new GrainLifecycle();

    public IWorkItemScheduler Scheduler => this;

    public Task Deactivated => Extras.Ended.Task;

    private ActivationExtras Extras
    {
        get
        {
            lock (_turns)
            {
                return _extras ??= new ActivationExtras();
            }
        }
    }

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        ArgumentNullException.ThrowIfNull(componentType);
        if (componentType.IsInstanceOfType(GrainInstance))
        {
            return GrainInstance;
        }

        return componentType.IsInstanceOfType(this) ? this
            : _extras?.Components?.GetValueOrDefault(componentType) ?? ActivationServices.GetService(componentType);
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        var components = Extras.Components ??= [];
        if (value is null)
        {
            components.Remove(typeof(TComponent));
        }
        else
        {
            components[typeof(TComponent)] = value;
        }
    }

    /// <summary>A component of the activation's own, made when it is first asked for.</summary>
    public T Component<T>()
        where T : class, new()
    {
        lock (_turns)
        {
            var components = (_extras ??= new ActivationExtras()).Components ??= [];
            if (!components.TryGetValue(typeof(T), out var component))
            {
                components[typeof(T)] = component = new T();
            }

            return (T)component;
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public void QueueAction(Action action)
    {
        // The flow of the caller's execution context would carry its request context into this activation.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            new Task(action).Start(_turns);
        }
    }

    public void QueueTask(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        task.Start(_turns);
    }

    public override string ToString() => $"[Activation: {Silo.SiloAddress}/{GrainId} #GrainType={Class.Name} State={State}]";
}
