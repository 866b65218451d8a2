using Buildify.Events;
using Notes;
using Npgsql;

namespace Products;

/// <summary>One company's products.</summary>
[GrainType("products")]
internal sealed class ProductsGrain(ProductsDatabase database, IEventPublisher events) : Grain, IProductsGrain
{
    private string Tenant => this.TenantId();

    private string Company => this.CompanyId();

    /// <summary>Another module's operations, for the same company.</summary>
    private NotesClient Notes => new(GrainFactory, Tenant, Company);

    public async Task<Outcome<Page<ProductRead>>> ListProducts(ProductState? state, PageRequest page)
    {
        if (!Cursor.TryRead<string>(page.Cursor, out var after)) return Cursor.Bad();
        await using var session = await database.Begin(Tenant);
        var rows = await session.Query<ProductRow>(
            $"""
            SELECT {ProductRow.Columns} FROM products_products
            WHERE tenant_id = @Tenant AND company_id = @Company AND sku > @after AND (@state IS NULL OR state = @state)
            ORDER BY sku LIMIT @take
            """,
            new { Tenant, Company, after = after ?? "", state = state is { } wanted ? ProductRow.Text(wanted) : null, take = page.Limit + 1 });
        return Cursor.Page(rows.Select(row => row.ToProduct()), page, product => product.Sku!);
    }

    public async Task<Outcome<ProductRead>> CreateProduct(ProductCreate product, Call call)
    {
        var settings = await ProductsSettings.Of(GrainFactory, Tenant, Company);
        if (!settings.Succeeded) return settings.Failure;

        var id = Guid.CreateVersion7();
        await using var session = await database.Begin(Tenant);
        try
        {
            var row = await session.QuerySingleOrDefault<ProductRow>(
                $"""
                INSERT INTO products_products (tenant_id, company_id, id, sku, label, price, currency, state, tags)
                VALUES (@Tenant, @Company, @id, @sku, @Label, @Price, @Currency, 'active', @tags) RETURNING {ProductRow.Columns}
                """,
                new
                {
                    Tenant,
                    Company,
                    id,
                    product.Label,
                    product.Price,
                    settings.Value.Currency,
                    sku = product.Sku ?? settings.Value.SkuPrefix + id.ToString("N")[^8..],
                    tags = product.Tags.ToArray(),
                });
            var made = row!.ToProduct();
            await events.ProductCreated(session, Company, made);
            await session.Commit(call.Stamp, made);
            return made;
        }
        catch (PostgresException taken) when (taken.ConstraintName == "products_one_sku")
        {
            return new Failure(FailureCodes.AlreadyExists, $"The company has a product '{product.Sku}' already; give this one another sku.");
        }
    }

    public async Task<Outcome<ProductRead>> GetProduct(Guid productId) =>
        await Find(productId) is { } row ? row.ToProduct() : NotThere(productId);

    public async Task<Outcome<ProductRead>> ChangeProduct(Guid productId, ProductUpdate product, Call call)
    {
        await using var session = await database.Begin(Tenant);
        var row = await session.QuerySingleOrDefault<ProductRow>(
            $"""
            UPDATE products_products
            SET label = coalesce(@Label, label), price = coalesce(@Price, price), state = coalesce(@state, state), tags = coalesce(@tags, tags)
            WHERE tenant_id = @Tenant AND company_id = @Company AND id = @productId RETURNING {ProductRow.Columns}
            """,
            new
            {
                Tenant,
                Company,
                productId,
                product.Label,
                product.Price,
                tags = product.Tags?.ToArray(),
                state = product.State is { } state ? ProductRow.Text(state) : null,
            });
        if (row is null) return NotThere(productId);
        await session.Commit();
        return row.ToProduct();
    }

    public async Task<Outcome<RemarkRead>> RemarkOnProduct(Guid productId, Remark remark, Call call)
    {
        if (await Find(productId) is not { } row) return NotThere(productId);
        // No transaction is open here: none is held across a grain call.
        var note = await Notes.CreateNote(new NoteCreate { Title = Title(row), Body = remark.Text }, call);
        return note.Succeeded ? new RemarkRead { NoteId = note.Value.Id, Text = note.Value.Body } : note.Failure;
    }

    public async Task<Outcome<Page<RemarkRead>>> ListRemarks(Guid productId, PageRequest page)
    {
        if (await Find(productId) is not { } row) return NotThere(productId);
        var notes = await Notes.ListNotes(Title(row), page);
        if (!notes.Succeeded) return notes.Failure;
        return new Page<RemarkRead>([.. notes.Value.Items.Select(note => new RemarkRead { NoteId = note.Id, Text = note.Body })], notes.Value.NextCursor);
    }

    private async Task<ProductRow?> Find(Guid productId)
    {
        await using var session = await database.Begin(Tenant);
        return await session.QuerySingleOrDefault<ProductRow>(
            $"SELECT {ProductRow.Columns} FROM products_products WHERE tenant_id = @Tenant AND company_id = @Company AND id = @productId",
            new { Tenant, Company, productId });
    }

    private static string Title(ProductRow row) => $"On product {row.Sku}";

    private static Failure NotThere(Guid productId) => Failure.NotFound($"There is no product {productId}; GET /api/v1/products lists them.");
}
