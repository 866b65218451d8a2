using System.Collections.Immutable;

namespace Buildify.Modules;

/// <summary>
/// The steps of turning a module on or off for a tenant (<see cref="GrainKeys.Installation"/>). They are written down before
/// they run, so that a crash half-way goes on where it was.
/// </summary>
[Alias("buildify.installation")]
public interface IInstallationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Turns the module on, and what it depends on, with the tenant's tier replaced by the one given; or writes that tier anew
    /// where it is on. Answers when the steps are done or failed, or after 5 seconds with the steps still running.
    /// </summary>
    [Alias("TurnOn")]
    Task<Outcome<InstallationResult>> TurnOn(TierChange change, Caller caller);

    /// <summary>Turns the module off; its data stays. Fails with <see cref="FailureCodes.ModuleNeeded"/> where another module needs it.</summary>
    /// <param name="ifMatch">As in <see cref="TierChange"/>.</param>
    [Alias("TurnOff")]
    Task<Outcome<InstallationResult>> TurnOff(string? ifMatch, Caller caller);

    /// <summary>
    /// Runs the module's <c>OnUpgraded</c> where the tenant's data is of another version than the module is. Where it fails, the module
    /// is closed for this tenant until <see cref="Retry"/> succeeds.
    /// </summary>
    [Alias("Upgrade")]
    Task Upgrade(Caller caller);

    /// <summary>The last steps; null where there never were any.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Installation?> Get();

    /// <summary>Runs failed steps again. Fails with <see cref="FailureCodes.NothingToRetry"/>.</summary>
    [Alias("Retry")]
    Task<Outcome<InstallationResult>> Retry(Caller caller);

    /// <summary>Goes on with steps that a crash left; called at start.</summary>
    [Alias("Resume")]
    Task Resume();

    /// <summary>Deletes the tenant's data of a module that is off.</summary>
    /// <param name="confirm">The module's name, typed once more.</param>
    [Alias("Purge")]
    Task<Outcome<InstallationResult>> Purge(string confirm, Caller caller);
}

public enum InstallationState
{
    Running,
    Done,
    Failed,
}

public enum StepState
{
    Waiting,
    Running,
    Done,
    Failed,
}

/// <param name="Tier">The tenant's tier as it is when this is answered; null where the module never was on.</param>
[GenerateSerializer, Immutable, Alias("buildify.installation-result")]
public sealed record InstallationResult([property: Id(0)] Installation Installation, [property: Id(1)] ModuleTier? Tier);

/// <param name="Action"><c>enable</c>, <c>configure</c>, <c>disable</c>, <c>upgrade</c> or <c>purge</c>.</param>
/// <param name="Progress">The part of the steps that is done, 0 to 1.</param>
/// <param name="Error">Why it failed, and what to do.</param>
[GenerateSerializer, Immutable, Alias("buildify.installation-read")]
public sealed record Installation(
    [property: Id(0)] string Module,
    [property: Id(1)] string Operation,
    [property: Id(2)] string Action,
    [property: Id(3)] InstallationState State,
    [property: Id(4)] ImmutableArray<InstallationStep> Steps,
    [property: Id(5)] double Progress,
    [property: Id(6)] DateTimeOffset StartedAt,
    [property: Id(7)] DateTimeOffset? FinishedAt,
    [property: Id(8)] string? Error);

[GenerateSerializer, Immutable, Alias("buildify.installation-step")]
public sealed record InstallationStep(
    [property: Id(0)] string Name, [property: Id(1)] StepState State, [property: Id(2)] string? Error);
