using System.Collections.Immutable;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Modules;

namespace Buildify.Gateway.Modules;

/// <summary>How the steps of turning a module on or off are answered: done, still running, or failed.</summary>
internal static class InstallationAnswer
{
    public static IResult Of(Outcome<InstallationResult> outcome, Func<ModuleTier, IResult>? done = null) => Answer.Of(outcome, result =>
    {
        var installation = result.Installation;
        var tier = result.Tier ?? NeverOn(installation.Module);
        return installation.State switch
        {
            InstallationState.Done => done?.Invoke(tier) ?? Answer.Json(tier, revision: tier.Revision),
            InstallationState.Running => Answer.Json(
                new RunningTier(tier, installation), StatusCodes.Status202Accepted, $"/api/v1/tenant-modules/{installation.Module}/installation"),
            _ => Problem.Of(FailureCodes.ModuleFailed, ErrorOf(installation)),
        };
    });

    private static string ErrorOf(Installation installation) =>
        installation.Error
        ?? installation.Steps.FirstOrDefault(step => step.State == StepState.Failed)?.Error
        ?? $"A step failed; GET /api/v1/tenant-modules/{installation.Module}/installation shows which.";

    // What a reader of a tier expects, while the first steps run and where the data was just purged.
    private static ModuleTier NeverOn(string module) =>
        new(module, Enabled: false, JsonText.EmptyObject, [], [], Version: "", Revision: "0", UpdatedAt: null, UpdatedBy: null);
}

/// <summary>A tier with the steps that are still changing it.</summary>
internal sealed record RunningTier(
    string Module, bool Enabled, JsonText Configuration, ImmutableArray<string> EnabledFeatures, ImmutableArray<string> DisabledFeatures,
    string Version, string Revision, DateTimeOffset? UpdatedAt, string? UpdatedBy, Installation Installation)
{
    public RunningTier(ModuleTier tier, Installation installation) : this(
        tier.Module, tier.Enabled, tier.Configuration, tier.EnabledFeatures, tier.DisabledFeatures, tier.Version, tier.Revision,
        tier.UpdatedAt, tier.UpdatedBy, installation)
    {
    }
}
