using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Buildify.Events.Personal;

/// <summary>Fields of payloads that say something about a person.</summary>
internal sealed class PersonalFields
{
    /// <summary>The events with their personal fields plain.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "It is a service.")]
    public ValueTask<ImmutableArray<LoggedEvent>> Reveal(IReadOnlyList<LoggedEvent> events) => new(events as ImmutableArray<LoggedEvent>? ?? [.. events]);
}
