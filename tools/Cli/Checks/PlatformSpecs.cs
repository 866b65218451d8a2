using System.Collections.Immutable;
using Buildify.Specs;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;

namespace Buildify.Cli.Checks;

/// <summary>The platform's own API, which stands beside the modules'.</summary>
internal static class PlatformSpecs
{
    public const string Folder = "Gateway/Contract";

    /// <summary>Null where its specs are wrong, which is told, and where the repository has none, as a module's own.</summary>
    public static ModuleSpec? Read(Workspace workspace, Problems problems)
    {
        if (!workspace.Exists(Folder)) return null;
        var read = SpecReader.Read(new SpecSources(workspace.Full(Folder), ImmutableSortedDictionary<string, string>.Empty, IsPlatform: true));
        problems.AddRange(read.Diagnostics);
        return read.Module;
    }

    /// <summary>The first of its paths that a prefix would take over; null where there is none.</summary>
    public static string? PathUnder(ModuleSpec platform, string prefix) =>
        Routes(platform).Select(r => r.Path).FirstOrDefault(path => path == prefix || path.StartsWith(prefix + "/", StringComparison.Ordinal));

    /// <summary>The routes of a module, or of the platform; two with one key are one route.</summary>
    public static IEnumerable<(string Key, string Method, string Path, OperationSpec Operation)> Routes(ModuleSpec module) =>
        from domain in module.Domains
        from operation in domain.Operations
        where operation.Rest is not null
        let rest = operation.Rest!
        let path = module.ApiPrefix + domain.Prefix + rest.Path
        select ($"{rest.Method} {UrlPath.Pattern(path)}", rest.Method, path, operation);
}
