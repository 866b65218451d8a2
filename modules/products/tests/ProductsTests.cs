using System.Net.Http.Json;
using System.Text.Json;
using Buildify;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Testing.Hosts;
using Notes;

namespace Products;

[Collection("platform")]
public sealed class ProductsTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_product_takes_what_is_left_out_from_the_company_s_configuration()
    {
        using var company = await platform.NewCompany("products");
        await company.Http.PutAsync($"/api/v1/companies/{company.Id}/modules/products", new StringContent("""{"configuration":{"currency":"CHF","sku_prefix":"X-"}}""", null, "application/json"));
        var made = await Products(company).CreateProduct(new ProductCreate { Label = "Chair", Price = 99.50m, Tags = ["wood"] });
        made.Currency.ShouldBe("CHF");
        made.Sku!.ShouldStartWith("X-");
        made.Price.ShouldBe(99.50m);
        (await Products(company).GetProduct(made.Id)).Tags.ShouldBe(["wood"]);
    }

    [Fact]
    public async Task Two_products_with_one_number_are_refused()
    {
        using var company = await platform.NewCompany("products");
        await Products(company).CreateProduct(new ProductCreate { Sku = "A-1", Label = "Chair", Price = 1 });
        var refused = await Should.ThrowAsync<ProblemException>(() => Products(company).CreateProduct(new ProductCreate { Sku = "A-1", Label = "Table", Price = 2 }));
        refused.Code.ShouldBe(FailureCodes.AlreadyExists);
    }

    [Fact]
    public async Task The_list_can_be_asked_for_one_state()
    {
        using var company = await platform.NewCompany("products");
        var chair = await Products(company).CreateProduct(new ProductCreate { Sku = "A-1", Label = "Chair", Price = 1 });
        await Products(company).CreateProduct(new ProductCreate { Sku = "A-2", Label = "Table", Price = 2 });
        await Products(company).ChangeProduct(chair.Id, new ProductUpdate { State = ProductState.Discontinued });
        (await Products(company).ListProducts(ProductState.Active)).Items.Select(product => product.Sku).ShouldBe(["A-2"]);
    }

    [Fact]
    public async Task A_remark_is_kept_by_the_module_notes()
    {
        using var company = await platform.NewCompany("products");
        var chair = await Products(company).CreateProduct(new ProductCreate { Sku = "A-1", Label = "Chair", Price = 1 });
        var remark = await Products(company).RemarkOnProduct(chair.Id, new Remark { Text = "Sells well" });

        var note = await new NotesHttpClient(company.Http, company.Id).GetNote(remark.NoteId);
        note.Body.ShouldBe("Sells well");
        (await Products(company).ListRemarks(chair.Id)).Items.ShouldBe([remark]);
    }

    [Fact]
    public async Task A_remark_is_refused_where_notes_is_off_for_the_company()
    {
        using var company = await platform.NewCompany("products");
        var chair = await Products(company).CreateProduct(new ProductCreate { Sku = "A-1", Label = "Chair", Price = 1 });
        await company.Http.PutAsJsonAsync($"/api/v1/companies/{company.Id}/modules/notes", new { enabled = false });
        var refused = await Should.ThrowAsync<ProblemException>(() => Products(company).RemarkOnProduct(chair.Id, new Remark { Text = "Sells well" }));
        refused.Code.ShouldBe(FailureCodes.ModuleNotEnabled);
    }

    [Fact]
    public async Task Turning_products_on_turns_on_what_it_needs()
    {
        using var company = await platform.NewCompany("products");
        var tier = await company.Http.GetFromJsonAsync<JsonElement>("/api/v1/tenant-modules/notes");
        tier.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await company.Http.DeleteAsync("/api/v1/tenant-modules/notes")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
    }

    private static ProductsHttpClient Products(TestCompany company) => new(company.Http, company.Id);
}
