using Buildify.Silo.Modules;

namespace Buildify.Silo.Tasks;

/// <summary>What modules write in databases of their own for the platform to take in.</summary>
internal interface IOutbox
{
    /// <summary>As a log line calls it.</summary>
    string Name { get; }

    /// <summary>Moves what waits, in the order in which it was written, as much as goes into one transaction.</summary>
    /// <returns>Whether there may be more.</returns>
    Task<bool> Move(ModulePlace place, CancellationToken cancellation);
}
