using System.Collections.Immutable;
using Buildify.Storage;

namespace Buildify.Modules;

/// <summary>State <c>installation</c>; the view <c>installations</c> reads it.</summary>
internal sealed record InstallationDocument : Document
{
    public string Tenant { get; init; } = "";
    public string Module { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Action { get; init; } = "";
    public InstallationState State { get; init; } = InstallationState.Done;
    public ImmutableArray<StepDocument> Steps { get; init; } = [];

    /// <summary>What the tenant's tier is to be; null where the action needs none.</summary>
    public TierChange? Change { get; init; }

    public Caller Caller { get; init; } = new("", "");
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? Error { get; init; }

    /// <summary>What failed, so that the caller who waits gets the refusal itself.</summary>
    public Failure? Failure { get; init; }

    public Installation ToInstallation() => new(
        Module, Operation, Action, State,
        [.. Steps.Select(step => new InstallationStep(step.Name, step.State, step.Error))],
        Steps.IsEmpty ? 1 : (double)Steps.Count(step => step.State == StepState.Done) / Steps.Length,
        StartedAt, FinishedAt, Error);
}

/// <param name="Kind">What is done; the names of the methods in <see cref="InstallationSteps"/>.</param>
/// <param name="Target">The module it is done to.</param>
internal sealed record StepDocument(string Name, string Kind, string Target, StepState State, string? Error = null);
