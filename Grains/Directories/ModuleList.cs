using Buildify.Modules;
using Buildify.Modules.Manifests;
using Dapper;
using Npgsql;

namespace Buildify.Directories;

/// <summary>The catalogue: what is installed, and for a tenant whether it is on.</summary>
internal static class ModuleList
{
    public static async Task<Outcome<Page<Module>>> Read(NpgsqlDataSource database, PageRequest page, string? tenant)
    {
        if (!Pages.TryPlace(page, out var after)) return Cursor.Bad();
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<Row>(
            """
            SELECT m.name, m.version, m.state, m.manifest::text AS Manifest, m.error, t.is_enabled AS Enabled
            FROM modules m LEFT JOIN tenant_modules t ON t.module_name = m.name AND t.tenant_id = @tenant
            WHERE m.name > @after ORDER BY m.name LIMIT @take
            """,
            new { tenant, after, take = page.Limit + 1 });
        var modules = new List<Module>();
        foreach (var row in rows) modules.Add(await row.ToModule(tenant));
        return Cursor.Page(modules, page, module => module.Name);
    }

    private sealed record Row(string Name, string Version, string State, string Manifest, string? Error, bool? Enabled)
    {
        public async Task<Module> ToModule(string? tenant)
        {
            var document = new ModuleDocument
            {
                Name = Name,
                Version = Version,
                State = Enum.Parse<ModuleState>(State, ignoreCase: true),
                Manifest = JsonText.From(Manifest),
                Error = Error,
            };
            var manifest = (await ManifestReader.Read(document.Manifest)).Value;
            return ModuleGrain.ToModule(document, manifest) with { Enabled = tenant is null ? null : Enabled ?? false };
        }
    }
}
