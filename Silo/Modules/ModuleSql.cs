namespace Buildify.Silo.Modules;

/// <summary>The texts in <c>Queries/</c>.</summary>
internal static class ModuleSql
{
    public static string FindRoles { get; } = Read("find_roles");
    public static string MakeRoles { get; } = Read("make_roles");
    public static string GuardTables { get; } = Read("guard_tables");
    public static string PurgeTables { get; } = Read("purge_tables");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ModuleSql).Assembly.GetManifestResourceStream($"Buildify.Silo.Modules.Queries.{name}.sql")!);
        return reader.ReadToEnd();
    }
}
