using Buildify.Modules;
using Buildify.Testing;
using Notes;

namespace Products;

/// <summary>What notes hears of products: through the log, the stream, the router and the subscription.</summary>
[Collection("platform")]
public sealed class NewProductTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_new_product_is_noted_once_and_one_that_was_refused_is_not()
    {
        using var company = await platform.NewCompany("notes", "products");
        var (notes, products) = (new NotesHttpClient(company.Http, company.Id), new ProductsHttpClient(company.Http, company.Id));
        await products.CreateProduct(new ProductCreate { Sku = "A-1", Label = "Chair", Price = 1 });
        await Should.ThrowAsync<Exception>(() => products.CreateProduct(new ProductCreate { Sku = "A-1", Label = "Table", Price = 2 }));
        await products.CreateProduct(new ProductCreate { Sku = "A-2", Label = "Bench", Price = 3 });

        // In the order of the log within a company: with the last one there, the others are.
        await Eventually.Succeeds(async () => (await notes.ListNotes(search: "New product A-2")).Items.Length.ShouldBe(1));
        var noted = (await notes.ListNotes(search: "New product A-1")).Items.ShouldHaveSingleItem();
        noted.Body.ShouldBe("Chair");
    }
}
