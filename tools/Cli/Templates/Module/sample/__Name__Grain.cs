namespace __Name__;

/// <summary>One company's items. All is in the tables; the grain is the door to them, one change at a time.</summary>
[GrainType("__name__")]
internal sealed class __Name__Grain(__Name__Database database) : Grain, I__Name__Grain
{
    private const string Columns = "id, name, quantity, created_at";

    private string Tenant => this.TenantId();

    private string Company => this.CompanyId();

    public async Task<Outcome<Page<ItemRead>>> ListItems(PageRequest page)
    {
        // The last item of a page says where the next one goes on.
        if (!Cursor.TryRead<Place>(page.Cursor, out var after)) return Cursor.Bad();
        await using var session = await database.Begin(Tenant);
        var items = await session.Query<ItemRead>(
            $"""
            SELECT {Columns} FROM __snake___items
            WHERE tenant_id = @Tenant AND company_id = @Company AND (@Id IS NULL OR (created_at, id) < (@CreatedAt, @Id))
            ORDER BY created_at DESC, id DESC LIMIT @take
            """,
            new { Tenant, Company, after?.CreatedAt, after?.Id, take = page.Limit + 1 });
        return Cursor.Page(items, page, item => new Place(item.CreatedAt, item.Id));
    }

    public async Task<Outcome<ItemRead>> CreateItem(ItemCreate item, Call call)
    {
        var settings = await __Name__Settings.Of(GrainFactory, Tenant, Company);
        if (!settings.Succeeded) return settings.Failure;

        await using var session = await database.Begin(Tenant);
        var count = await session.QuerySingleOrDefault<int>(
            "SELECT count(*) FROM __snake___items WHERE tenant_id = @Tenant AND company_id = @Company", new { Tenant, Company });
        if (count >= settings.Value.MaxItems)
        {
            return new Failure(FailureCodes.LimitReached, $"The company has {count} items, as many as max_items allows; delete some, or raise it.");
        }
        var made = await session.QuerySingleOrDefault<ItemRead>(
            $"""
            INSERT INTO __snake___items (tenant_id, company_id, id, name, quantity)
            VALUES (@Tenant, @Company, @id, @Name, @Quantity) RETURNING {Columns}
            """,
            new { Tenant, Company, id = Guid.CreateVersion7(), item.Name, item.Quantity });
        await session.Commit(call.Stamp, made!);
        return made!;
    }

    public async Task<Outcome<ItemRead>> GetItem(Guid itemId)
    {
        await using var session = await database.Begin(Tenant);
        var item = await session.QuerySingleOrDefault<ItemRead>(
            $"SELECT {Columns} FROM __snake___items WHERE tenant_id = @Tenant AND company_id = @Company AND id = @itemId", new { Tenant, Company, itemId });
        return item is null ? NotThere(itemId) : item;
    }

    public async Task<Outcome<Unit>> DeleteItem(Guid itemId, Call call)
    {
        await using var session = await database.Begin(Tenant);
        var deleted = await session.Execute(
            "DELETE FROM __snake___items WHERE tenant_id = @Tenant AND company_id = @Company AND id = @itemId", new { Tenant, Company, itemId });
        if (deleted == 0) return NotThere(itemId);
        await session.Commit();
        return Unit.Value;
    }

    private static Failure NotThere(Guid itemId) => Failure.NotFound($"There is no item {itemId}; GET /api/v1/__name__/items lists them.");

    private sealed record Place(DateTimeOffset CreatedAt, Guid Id);
}
