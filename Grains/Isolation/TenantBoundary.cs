namespace Buildify.Isolation;

/// <summary>Who may call whom, by the tenants in the keys.</summary>
internal static class TenantBoundary
{
    /// <summary>The platform's grains may call any and be called by any; they check the tenant in what they are handed.</summary>
    public static bool Admits(string source, string target) =>
        GrainKeys.TenantOf(source) is not { } from || GrainKeys.TenantOf(target) is not { } to || from == to;
}
