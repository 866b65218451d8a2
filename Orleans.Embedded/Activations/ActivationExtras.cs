using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>What only some activations have.</summary>
internal sealed class ActivationExtras
{
    private TaskCompletionSource? _ended;

    public IServiceScope? Scope { get; set; }

    public GrainLifecycle? Lifecycle { get; set; }

    public Dictionary<Type, object>? Components { get; set; }

    public HashSet<GrainTimer>? Timers { get; set; }

    /// <summary>How often each call chain has allowed coming back and not yet left that section.</summary>
    public Dictionary<Guid, int>? ReentrantSections { get; set; }

    public DeactivationReason Reason { get; set; }

    public CancellationToken StopToken { get; set; }

    /// <summary>Cancels an activation that is still starting.</summary>
    public CancellationTokenSource? Start { get; set; }

    public DateTimeOffset KeepUntil { get; set; }

    public TaskCompletionSource Ended => LazyInitializer.EnsureInitialized(
        ref _ended, static () => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Whether nothing would be lost with it; most activations need it only while they start.</summary>
    public bool IsEmpty => (_ended, Scope, Lifecycle, Components, Timers, ReentrantSections) is (null, null, null, null, null, null)
        && KeepUntil == default && Reason.ReasonCode == DeactivationReasonCode.None;

    public void SetEnded() => Ended.TrySetResult();
}
