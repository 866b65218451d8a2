using System.Collections.Immutable;

namespace Buildify.Specs.Reference;

/// <summary>
/// Every key of every place. A key that is not here is refused, and one that is here is documented. What several groups share is a
/// property: the order in which the fields of a partial class are set across its files is nobody's to choose.
/// </summary>
internal static partial class SpecKeys
{
    private static SpecKey Summary => new("summary", "text", "none", "What it is for, for the documents") { Aliases = ["description"] };

    public static ImmutableArray<KeyGroup> All =>
    [
        Manifest, Backend, Database, Feature, Frontend, FrontendPage, Repository,
        Models, Enum, Model, Field, View,
        Events, Event, Tasks, Task,
        Domain, DomainConfig, DomainGrain, DomainRest, Operation, Parameter, Rest, OperationEvents,
        ConsumesFile, Consume,
    ];

    private static SpecKey Flag(string name, string meaning, params ImmutableArray<string> aliases) =>
        new(name, "true or false", "false", meaning) { Aliases = aliases };
}
