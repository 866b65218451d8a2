using System.Collections.Immutable;
using Buildify.Flags;
using Buildify.Modules;
using Buildify.Tenants;
using Dapper;
using Npgsql;

namespace Buildify.Directories;

[StatelessWorker, GrainType("directory")]
internal sealed class DirectoryGrain(NpgsqlDataSource database) : Grain, IDirectoryGrain
{
    public async Task<Outcome<Page<Tenant>>> Tenants(PageRequest page)
    {
        if (!Pages.TryPlace(page, out var after)) return Cursor.Bad();
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<TenantRow>(
            """
            SELECT id, display_name AS DisplayName, owner_email AS OwnerEmail, state, created_at AS CreatedAt
            FROM tenants WHERE id > @after ORDER BY id LIMIT @take
            """,
            new { after, take = page.Limit + 1 });
        return Cursor.Page(rows.Select(row => row.ToTenant()), page, tenant => tenant.Id);
    }

    public async Task<Outcome<Page<Module>>> Modules(PageRequest page) => await ModuleList.Read(database, page, tenant: null);

    public Task<ImmutableArray<ModulePrefix>> ModulePrefixes() => ApiPrefixes.Load(database);

    public Task<Outcome<Page<Flag>>> Flags(PageRequest page) => FlagList.Read(database, page);

    private sealed record TenantRow(string Id, string DisplayName, string? OwnerEmail, string State, DateTime CreatedAt)
    {
        public Tenant ToTenant() => new(Id, DisplayName, OwnerEmail, Enum.Parse<TenantState>(State, ignoreCase: true), CreatedAt);
    }
}
