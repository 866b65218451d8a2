using Buildify.Companies;
using Buildify.Events;
using Buildify.Tasks;

namespace Notes;

/// <summary>
/// Keeps a note of each new product. The module products knows nothing of it, and need not be there: the event is found by its name. The
/// note and the record that the event was seen commit together, so that there is one note, however often the event comes.
/// </summary>
[Subscribe("products.product.created", Name = "new-products")]
internal sealed class NewProductHandler(NotesDatabase database, IGrainFactory grains) : IEventHandler
{
    public async Task Handle(LoggedEvent @event, EventContext context)
    {
        if (context.CompanyId is not { } company || !await IsWanted(context.Tenant, company)) return;

        var product = new EventFields(@event);
        await using var session = await database.Begin(context.Tenant, context.Cancellation);
        if (!await context.IsNew(session)) return;
        await session.Execute(
            """
            INSERT INTO notes_notes (tenant_id, company_id, id, title, body, pinned)
            VALUES (@Tenant, @company, @id, @title, @body, false)
            """,
            new
            {
                context.Tenant,
                company,
                id = Guid.CreateVersion7(),
                title = $"New product {product.Get("sku", "")}".TrimEnd(),
                body = product.Get("label", ""),
            },
            context.Cancellation);
        await session.Commit(context.Cancellation);
    }

    private async Task<bool> IsWanted(string tenant, string company)
    {
        var configuration = await grains.GetGrain<ICompanyGrain>(GrainKeys.Company(tenant, company)).GetConfiguration("notes");
        return configuration.Failure switch
        {
            null => configuration.Value!.Features.GetValueOrDefault("product_notes"),
            { Code: FailureCodes.ModuleNotEnabled } => false,
            var failure => throw failure.ToException(),
        };
    }
}
