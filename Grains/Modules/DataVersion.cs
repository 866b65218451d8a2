using NuGet.Versioning;

namespace Buildify.Modules;

/// <summary>To which version of a module its hooks have brought a tenant's data.</summary>
internal static class DataVersion
{
    /// <summary>
    /// Whether the hooks have to run. Not where the data is a newer version's: the version before is started again without a hook, and
    /// what the newer one did to the data must let it work.
    /// </summary>
    /// <param name="data">Null where no hook has run.</param>
    public static bool IsOlder(string? data, string version) =>
        data is null || !SemanticVersion.TryParse(data, out var own) || own < SemanticVersion.Parse(version);
}
