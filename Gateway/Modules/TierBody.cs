using System.Collections.Immutable;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Problems;
using Buildify.Modules;
using Buildify.Operations;

namespace Buildify.Gateway.Modules;

/// <summary>A tenant's tier as it is to be, whole.</summary>
/// <param name="Configuration">The tier's own keys; by default none.</param>
/// <param name="EnabledFeatures">Features that this tier turns on.</param>
/// <param name="DisabledFeatures">Features that this tier turns off.</param>
internal record TierBody(
    JsonObjectText? Configuration = null, ImmutableArray<string>? EnabledFeatures = null, ImmutableArray<string>? DisabledFeatures = null)
{
    public TierChange ToChange(string module, bool? enabled, string? ifMatch) =>
        new(module, enabled, Configuration?.Json ?? JsonText.EmptyObject, EnabledFeatures ?? [], DisabledFeatures ?? [], ifMatch);
}

/// <summary>A company's tier as it is to be, whole.</summary>
/// <param name="Enabled">False turns the module off for the company.</param>
internal sealed record CompanyTierBody(
    bool? Enabled = null,
    JsonObjectText? Configuration = null,
    ImmutableArray<string>? EnabledFeatures = null,
    ImmutableArray<string>? DisabledFeatures = null) : TierBody(Configuration, EnabledFeatures, DisabledFeatures);

/// <summary>Checking a change against what the caller has seen, the same for both tiers.</summary>
internal static class TierPrecondition
{
    /// <summary>The revision to hand to the grain; null where the caller sent no <c>If-Match</c>.</summary>
    /// <param name="present">Reads the tier, where several revisions were sent.</param>
    public static ValueTask<(string? Revision, Problem? Refusal)> Read(OperationCall call, Func<OperationCall, Task<Outcome<ModuleTier>>> present) =>
        Precondition.Read(call.Http, async () => (await present(call)).Value?.Revision);
}
