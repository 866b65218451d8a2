using System.Security.Cryptography;
using System.Text;

namespace Buildify.Silo.Modules;

/// <summary>
/// What a module's roles are called. Roles are the server's and not a database's, so the database is in the name; a module's name has
/// no <c>_</c>, so that two pairs never make one name.
/// </summary>
internal static class RoleNames
{
    /// <summary>PostgreSQL cuts a longer name off, in bytes.</summary>
    private const int MaxBytes = 63;

    public static string Owner(string database, string module) => Name(database, module, "owner");

    public static string Runtime(string database, string module) => Name(database, module, "run");

    private static string Name(string database, string module, string what)
    {
        var name = $"{database}_{module}_{what}";
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes) return name;

        // 40 bits of a hash tell apart what is cut off.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..10];
        var kept = module.Length <= 40 ? module : module[..40];
        return $"m{hash}_{kept}_{what}";
    }
}
