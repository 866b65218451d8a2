using Buildify.Companies;

namespace Buildify.Directories;

[Collection(nameof(Platform))]
public class ListTests(PlatformFixture platform)
{
    [Fact]
    public async Task Pages_hold_every_company_once_and_in_order()
    {
        var tenant = await platform.NewTenant();
        string[] ids = [.. Enumerable.Range(0, 23).Select(i => $"c{i:00}")];
        await Task.WhenAll(ids.Reverse().Select(id => platform.NewCompany(tenant, id)));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Lists(tenant).Companies(new PageRequest(Limit: 5, cursor))).Value!;
            seen.AddRange(page.Items.Select(company => company.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        seen.ShouldBe(ids);
    }

    [Fact]
    public async Task A_tenant_s_list_holds_its_own_companies_only()
    {
        var (mine, other) = (await platform.NewTenant(), await platform.NewTenant());
        await platform.NewCompany(mine, "here");
        await platform.NewCompany(other, "there");

        (await Lists(mine).Companies(new PageRequest())).Value!.Items.ShouldHaveSingleItem().Id.ShouldBe("here");
    }

    [Fact]
    public async Task What_was_just_written_is_in_the_list_as_the_grain_answers_it()
    {
        var tenant = await platform.NewTenant();
        var company = platform.Company(tenant, "one");
        var created = (await company.Create(new NewCompany("one", "Erste", "DE", "EUR"), PlatformFixture.Caller, stamp: null)).Value!;

        var listed = (await Lists(tenant).Companies(new PageRequest())).Value!.Items.ShouldHaveSingleItem();

        (listed with { CreatedAt = created.CreatedAt }).ShouldBe(created);
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("AA")]
    [InlineData("_w")]
    public async Task A_cursor_that_is_none_is_refused(string cursor) =>
        (await Lists("t").Companies(new PageRequest(Cursor: cursor))).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe("cursor");

    [Fact]
    public async Task The_catalogue_says_what_is_on_for_the_tenant()
    {
        var tenant = await platform.NewTenant();
        var (on, off) = (await platform.NewModule(), await platform.NewModule());
        await platform.TurnOn(tenant, on);

        var modules = (await Lists(tenant).Modules(new PageRequest(PageRequest.MaxLimit))).Value!.Items;

        modules.Single(module => module.Name == on).Enabled.ShouldBe(true);
        modules.Single(module => module.Name == off).Enabled.ShouldBe(false);
    }

    private ITenantDirectoryGrain Lists(string tenant) => platform.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(tenant));
}
