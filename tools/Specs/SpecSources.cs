using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs;

/// <summary>What a module's specs are read from.</summary>
/// <param name="Folder">The module's own, with <c>manifest.json</c> and <c>spec/</c>.</param>
/// <param name="Contracts">
/// The spec folders of the modules whose contracts it references, by their name; null leaves out what it consumes, which is none of its own
/// contracts.
/// </param>
/// <param name="IsPlatform">The platform's own specs may use keys that a module's may not.</param>
internal sealed record SpecSources(string Folder, ImmutableSortedDictionary<string, string>? Contracts, bool IsPlatform = false);

/// <param name="Module">Null where there is any diagnostic.</param>
/// <param name="Diagnostics">In the order of files and lines.</param>
internal sealed record SpecResult(ModuleSpec? Module, ImmutableArray<Diagnostic> Diagnostics);
