using Buildify.Companies;
using Buildify.Modules;
using Dapper;
using Npgsql;

namespace Buildify.Directories;

[StatelessWorker, GrainType("tenant-directory")]
internal sealed class TenantDirectoryGrain(NpgsqlDataSource database) : Grain, ITenantDirectoryGrain
{
    private string Tenant => GrainKeys.TenantOf(this.GetPrimaryKeyString())!;

    public async Task<Outcome<Page<Company>>> Companies(PageRequest page)
    {
        if (!Pages.TryPlace(page, out var after)) return Cursor.Bad();
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<CompanyRow>(
            """
            SELECT id, tenant_id AS Tenant, display_name AS DisplayName, country, currency, state, created_at AS CreatedAt
            FROM companies WHERE tenant_id = @Tenant AND id > @after ORDER BY id LIMIT @take
            """,
            new { Tenant, after, take = page.Limit + 1 });
        return Cursor.Page(rows.Select(row => row.ToCompany()), page, company => company.Id);
    }

    public async Task<Outcome<Page<Module>>> Modules(PageRequest page) => await ModuleList.Read(database, page, Tenant);

    public async Task<Outcome<Page<ConfigurationChange>>> History(string? company, string module, PageRequest page)
    {
        if (!Pages.TryPlace(page, out var place)) return Cursor.Bad();
        var before = long.MaxValue;
        if (place.Length > 0 && !long.TryParse(place, out before)) return Cursor.Bad();

        await using var connection = await database.OpenConnectionAsync();
        var rows = (await connection.QueryAsync<ChangeRow>(
            """
            SELECT id, at, action, actor, correlation_id AS CorrelationId, before::text AS Before, after::text AS After
            FROM configuration_history
            WHERE tenant_id = @Tenant AND module_name = @module AND id < @before AND
            """ + (company is null ? " company_id IS NULL " : " company_id = @company ") + "ORDER BY id DESC LIMIT @take",
            new { Tenant, company, module, before, take = page.Limit + 1 })).ToList();
        var changes = Cursor.Page(rows, page, row => row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Page<ConfigurationChange>([.. changes.Items.Select(row => row.ToChange())], changes.NextCursor);
    }

    private sealed record CompanyRow(
        string Id, string Tenant, string DisplayName, string? Country, string? Currency, string State, DateTime CreatedAt)
    {
        public Company ToCompany() =>
            new(Id, Tenant, DisplayName, Country, Currency, Enum.Parse<CompanyState>(State, ignoreCase: true), CreatedAt);
    }

    private sealed record ChangeRow(long Id, DateTime At, string Action, string Actor, string CorrelationId, string? Before, string? After)
    {
        public ConfigurationChange ToChange() => new(
            At, Action, Actor, CorrelationId, Before is null ? null : JsonText.From(Before), After is null ? null : JsonText.From(After));
    }
}
