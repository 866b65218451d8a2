using Buildify;
using Buildify.Modules;
using Buildify.Operations;
using Buildify.Testing.Hosts;

namespace __Name__;

[Collection("platform")]
public sealed class __Name__Tests(PlatformFixture platform)
{
    [Fact]
    public async Task An_item_that_was_kept_can_be_read_and_deleted()
    {
        using var company = await platform.NewCompany("__name__");
        var items = Items(company);

        var kept = await items.CreateItem(new ItemCreate { Name = "Screw", Quantity = 3 });
        (await items.GetItem(kept.Id)).ShouldBe(kept);

        await items.DeleteItem(kept.Id);
        (await Should.ThrowAsync<ProblemException>(() => items.GetItem(kept.Id))).Code.ShouldBe(FailureCodes.NotFound);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_the_newest_first()
    {
        using var company = await platform.NewCompany("__name__");
        var items = Items(company);
        foreach (var name in (string[])["a", "b", "c"]) await items.CreateItem(new ItemCreate { Name = name });

        var first = await items.ListItems(page: new PageRequest(Limit: 2));
        var second = await items.ListItems(page: new PageRequest(Limit: 2, Cursor: first.NextCursor));
        first.Items.Concat(second.Items).Select(item => item.Name).ShouldBe(["c", "b", "a"]);
        second.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task A_company_keeps_no_more_items_than_its_configuration_allows()
    {
        using var company = await platform.NewCompany("__name__");
        await company.Http.PutAsync("/api/v1/tenant-modules/__name__", new StringContent("""{"configuration":{"max_items":1}}""", null, "application/json"));
        var items = Items(company);
        await items.CreateItem(new ItemCreate { Name = "The one" });
        (await Should.ThrowAsync<ProblemException>(() => items.CreateItem(new ItemCreate { Name = "One too many" }))).Code.ShouldBe(FailureCodes.LimitReached);
    }

    [Fact]
    public async Task One_tenant_s_items_are_no_other_s()
    {
        using var acme = await platform.NewCompany("__name__");
        using var globex = await platform.NewCompany("__name__");
        var kept = await Items(acme).CreateItem(new ItemCreate { Name = "Secret" });
        (await Items(globex).ListItems()).Items.ShouldBeEmpty();
        (await Should.ThrowAsync<ProblemException>(() => Items(globex).GetItem(kept.Id))).Status.ShouldBe(404);
    }

    private static __Name__HttpClient Items(TestCompany company) => new(company.Http, company.Id);
}
