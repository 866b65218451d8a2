using System.Text.Json;
using System.Text.RegularExpressions;
using Buildify.Specs.Checking;

namespace Buildify.Cli.Modules;

public sealed partial class NewModuleTests : IDisposable
{
    private readonly Repository _repository = new();

    [Fact]
    public void A_sample_has_all_that_a_module_can_have()
    {
        _repository.Succeed("new", "module", "warehouse");
        _repository.Files("modules/warehouse").ShouldBe(
        [
            "Dockerfile", "README.md", "Warehouse.csproj", "WarehouseGrain.cs", "contracts/Warehouse.Contracts.csproj", "frontend/module.js",
            "manifest.json", "migrations/0001_items.sql", "spec/models.yaml", "spec/warehouse.yaml", "tests/WarehouseTests.cs",
        ]);
        _repository.Succeed("check");
    }

    [Fact]
    public void An_empty_one_has_a_page_and_a_test()
    {
        _repository.Succeed("new", "module", "warehouse", "--with", "empty");
        _repository.Files("modules/warehouse").ShouldBe(
        [
            "Dockerfile", "README.md", "Warehouse.csproj", "contracts/Warehouse.Contracts.csproj", "frontend/module.js", "manifest.json",
            "spec/models.yaml", "tests/WarehouseTests.cs",
        ]);
        _repository.Succeed("check");
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("empty")]
    public void Nothing_outside_its_folder_is_touched_and_no_mark_is_left_in_it(string start)
    {
        _repository.Succeed("new", "module", "tax-reports", "--with", start);
        _repository.Files(".").Where(f => !f.StartsWith("modules/tax-reports/", StringComparison.Ordinal)).ShouldBe(["services.yml"]);
        foreach (var file in _repository.Files("modules/tax-reports"))
        {
            Mark().IsMatch(file).ShouldBeFalse(file);
            Mark().IsMatch(_repository.Read($"modules/tax-reports/{file}")).ShouldBeFalse(file);
        }
    }

    [Fact]
    public void A_name_of_several_words_is_written_as_each_place_writes_names()
    {
        _repository.Succeed("new", "module", "tax-reports");
        using var manifest = JsonDocument.Parse(_repository.Read("modules/tax-reports/manifest.json"));
        manifest.RootElement.GetProperty("name").GetString().ShouldBe("tax-reports");
        manifest.RootElement.GetProperty("display_name").GetString().ShouldBe("Tax reports");
        manifest.RootElement.GetProperty("database").GetProperty("schema_prefix").GetString().ShouldBe("tax_reports_");
        _repository.Read("modules/tax-reports/TaxReportsGrain.cs").ShouldContain("internal sealed class TaxReportsGrain(TaxReportsDatabase database) : Grain, ITaxReportsGrain");
        _repository.Read("modules/tax-reports/migrations/0001_items.sql").ShouldContain("CREATE TABLE tax_reports_items\n");
        _repository.Read("modules/tax-reports/spec/tax_reports.yaml").ShouldStartWith("domain: tax_reports\n");
    }

    [Fact]
    public void Any_name_that_people_read_is_written_as_text()
    {
        _repository.Succeed("new", "module", "warehouse", "--display-name", "Läger \"<b>\" \\ 'n");
        using var manifest = JsonDocument.Parse(_repository.Read("modules/warehouse/manifest.json"));
        manifest.RootElement.GetProperty("display_name").GetString().ShouldBe("Läger \"<b>\" \\ 'n");
        _repository.Read("modules/warehouse/frontend/module.js").ShouldContain("""textContent = "Läger \"<b>\" \\ 'n";""");
        _repository.Succeed("check");
    }

    [Theory]
    [InlineData("Warehouse", "'Warehouse' is no name of a module: 1 to 40 characters of a-z and 0-9, a letter first, words joined by one '-' (tax-reports); try warehouse.")]
    [InlineData("taxReports", "try tax-reports.")]
    [InlineData("tax_reports", "try tax-reports.")]
    [InlineData("2tax", "try tax.")]
    [InlineData("tax-", "try tax.")]
    [InlineData("../tax", "try tax.")]
    [InlineData("a--b", "try a-b.")]
    [InlineData("system", "'system' is the name of .NET, of a library or of a part of the platform, which a module would hide; call it system-module, or what it is.")]
    [InlineData("gateway", "call it gateway-module")]
    [InlineData("notes", "There is a module 'notes' already, in modules/notes; take another name, or delete that folder first.")]
    [InlineData("taxes", "There is a modules/taxes already, and no module in it; move it away, or delete it first.")]
    [InlineData("no-tes", "'no-tes' would be NoTes in C#, as 'notes' is; take another name.")]
    public void A_name_that_cannot_be_is_refused_with_what_to_do(string name, string error)
    {
        _repository.Module("notes").Write("modules/taxes/draft.txt", "");
        _repository.Fail("new", "module", name).ShouldContain(error);
        _repository.Files("modules").ShouldBe(["notes/manifest.json", "taxes/draft.txt"]);
    }

    [Fact]
    public void The_platform_s_own_routes_are_no_module_s()
    {
        _repository.Write("Gateway/Contract/manifest.json", """{ "name": "core", "display_name": "B", "version": "1.0.0", "backend": { "api_prefix": "/api/v1" } }""")
            .Write("Gateway/Contract/spec/tenants.yaml", """
                domain: tenants
                config: { grain: { key: tenant }, rest: { prefix: "/tenants" } }
                operations:
                  purge: { params: [{ name: tenant, type: slug }], rest: { method: POST, path: "/{tenant}" } }
                """);
        _repository.Fail("new", "module", "tenants").ShouldContain("'tenants' would have the routes of the platform's own /api/v1/tenants/{tenant}; call it tenants-module, or what it is.");
    }

    [Fact]
    public void Every_name_that_the_compiler_keeps_for_others_is_refused() => ReservedNames.Modules.ShouldAllBe(name => ModuleName.Problem(name, Array.Empty<string>()) != null);

    [Fact]
    public void A_display_name_that_misleads_is_refused() => _repository.Fail("new", "module", "warehouse", "--display-name", "a\u202Eb").ShouldContain("--display-name has the character U+202E");

    public void Dispose() => _repository.Dispose();

    [GeneratedRegex("__[A-Za-z]+__")]
    private static partial Regex Mark();
}
