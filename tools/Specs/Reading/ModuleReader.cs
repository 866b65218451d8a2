using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

/// <summary>Reads one module from its files: names before what they name, types before who uses them.</summary>
internal static class ModuleReader
{
    /// <summary>The module, which is whole only where nothing was told; null where not even its names could be read.</summary>
    /// <param name="contracts">Null: what it consumes is not looked at, as of a module that is itself consumed.</param>
    public static ModuleSpec? Read(string manifestFile, string folder, ImmutableSortedDictionary<string, string>? contracts, bool isPlatform, Problems problems)
    {
        var files = SpecFiles.Read(manifestFile, folder, problems);
        var manifest = ManifestPart.Read(files.Manifest, problems, isPlatform);
        if (files.IsPartial) return null;

        var consumes = contracts is null ? null : new ConsumesReader(manifest.Name, contracts, problems, isPlatform);
        var consumed = consumes?.Read(files.Consumes) ?? [];
        consumes?.CheckUnused(files.Consumes?.Place ?? manifest.Place);

        var catalog = new Catalog(problems, [.. files.Domains.SelectMany(DomainReader.RestInputs)], consumes?.Records() ?? ImmutableDictionary<string, string>.Empty);
        new ModelsReader(catalog, manifest.Namespace, problems, isPlatform).Read(files.Models);
        var scope = new ModuleScope(manifest.Name, manifest.Namespace, manifest.Permissions, isPlatform, catalog, problems);
        scope = scope with { Events = new MessagesReader(scope).Events(files.Events), Tasks = new MessagesReader(scope).Tasks(files.Tasks) };
        var domains = files.Domains.Select(new DomainReader(scope).Read).OfType<DomainSpec>().ToImmutableArray();
        var settings = manifest.Fields is null ? [] : new SettingsReader(catalog, problems).Read(manifest.Fields);
        var records = catalog.Records();

        Uniqueness.Check(domains, problems);
        RequiredCycles.Check(records, problems);
        return new ModuleSpec
        {
            Name = manifest.Name,
            DisplayName = manifest.DisplayName,
            Version = manifest.Version,
            ApiPrefix = manifest.ApiPrefix,
            Namespace = manifest.Namespace,
            Enums = catalog.Enums,
            Records = records,
            Events = scope.Events,
            Tasks = scope.Tasks,
            Domains = domains,
            Consumes = consumed,
            Settings = settings,
            Place = manifest.Place,
        };
    }
}
