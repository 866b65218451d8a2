using System.Collections.Immutable;

namespace Buildify.Specs.Reference;

/// <summary>Every kind of mistake that the compiler tells. A code, once given, keeps its meaning.</summary>
internal static partial class SpecErrors
{
    public static ImmutableArray<SpecError> All =>
    [
        NotYaml, NotJson, YamlFeature, DuplicateKey, UnknownKey, MissingKey,
        WrongKind, BadValue, PlatformOnly, MissingManifest, BadVersion, BadName,
        ReservedName, MemberNamedAsType, DuplicateName, UnknownType, ForeignType, BadType,
        BadConstraint, BadDefault, RequiredCycle, UnknownField, BadView, WrongDirection,
        UnknownPermission, NoWayIn, BodyNotAllowed, BadPath, UnknownParameter, BadParameter,
        SameRoute, BadRest, UnknownEvent, BadPattern, UnknownTask, PayloadMismatch,
        MissingContracts, BrokenContracts, UnknownConsumed, ConsumesItself, BrokenOperation, BrokenParameter,
        BrokenField, MovedField, BrokenEnum, BrokenEvent, BrokenTask, BrokenRelease,
        UnusedContracts,
    ];
}
