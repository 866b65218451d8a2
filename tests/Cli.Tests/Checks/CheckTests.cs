namespace Buildify.Cli.Checks;

public sealed class CheckTests : IDisposable
{
    private const string List = """
        domain: things
        operations:
          list_things: { output: "list[Thing]", rest: { method: GET, path: "/things" } }
        """;

    private const string Models = """
        models:
          Thing: { fields: { name: string } }
        """;

    private readonly Repository _repository = new();

    [Fact]
    public void Two_modules_with_one_prefix_are_told_where_the_second_says_it()
    {
        _repository.Module("books", """, "backend": { "api_prefix": "/api/v1/money" }""").Module("taxes", ",\n  \"backend\": { \"api_prefix\": \"/api/v1/money\" }");
        _repository.Fail("check").ShouldBe("modules/taxes/manifest.json(2,30): error BMOD002: api_prefix '/api/v1/money' is the one of module 'books' already; give one of them another\n");
    }

    [Fact]
    public void Two_modules_whose_tables_begin_alike_are_told()
    {
        _repository.Module("books").Module("taxes", """, "database": { "schema_prefix": "books_" }""");
        _repository.Fail("check").ShouldContain("error BMOD002: schema_prefix 'books_' is the one of module 'books' already");
    }

    [Fact]
    public void Two_modules_with_one_route_are_told_with_both_places()
    {
        Things("books", "/api/v1/money").Things("taxes", "/api/v1");
        _repository.Write("modules/taxes/spec/things.yaml", List.Replace("\"/things\"", "\"/money/things\""));
        _repository.Fail("check").ShouldBe(
            "modules/taxes/spec/things.yaml(3,41): error BMOD003: GET /api/v1/money/things is a route of module 'books' already (modules/books/spec/things.yaml, line 3); change the path or the prefix\n");
    }

    [Fact]
    public void A_spec_s_mistakes_are_told_from_the_root()
    {
        Things("books", "/api/v1/books");
        _repository.Write("modules/books/spec/models.yaml", Models.Replace("string", "strnig"));
        _repository.Fail("check").ShouldStartWith("modules/books/spec/models.yaml(2,28): error BSPEC016: ");
    }

    [Fact]
    public void A_module_has_one_name()
    {
        _repository.Module("books").Write("modules/ledger/manifest.json", """{ "name": "ledgers", "display_name": "L", "version": "1.0.0" }""")
            .Write("modules/ledger/Ledgers.csproj", "<Project />").Write("modules/ledger/contracts/Ledger.csproj", "<Project />");
        _repository.Fail("check").Split('\n').Take(3).ShouldBe(
        [
            "modules/ledger/Ledgers.csproj(1,1): error BMOD001: the project of module 'ledger' here is called Ledger.csproj; rename it",
            "modules/ledger/contracts/Ledger.csproj(1,1): error BMOD001: the project of module 'ledger' here is called Ledger.Contracts.csproj; rename it",
            "modules/ledger/manifest.json(1,11): error BMOD001: the manifest's name is 'ledgers' and its folder's 'ledger'; give them one name",
        ]);
    }

    [Fact]
    public void Migrations_have_numbers_and_each_its_own()
    {
        _repository.Module("books").Write("modules/books/migrations/0001_a.sql", "").Write("modules/books/migrations/0001_b.sql", "").Write("modules/books/migrations/2-c.sql", "");
        _repository.Fail("check").ShouldBe(
            "modules/books/migrations/0001_b.sql(1,1): error BMOD006: number 0001 is 0001_a.sql already; take the next that is free\n"
            + "modules/books/migrations/2-c.sql(1,1): error BMOD005: '2-c.sql' is no name of a migration; call it as 0001_what_it_does.sql, in a-z, 0-9 and '_'\n");
    }

    [Fact]
    public void Modules_that_need_each_other_are_told_with_the_circle()
    {
        _repository.Module("books", """, "depends_on": { "core": "^1.0", "taxes": "^1.0" }""").Module("taxes", """, "depends_on": { "books": "^1.0" }""");
        _repository.Fail("check").ShouldContain("error BMOD004: module 'books' would need itself: books → taxes → books;");
    }

    [Fact]
    public void What_is_called_counts_as_what_is_needed()
    {
        Things("books", "/api/v1/books").Module("taxes", """, "depends_on": { "books": "^1.0" }""").Module("stock");
        _repository.Write("modules/books/Books.csproj", """<Project><ItemGroup><ProjectReference Include="../taxes/contracts/Taxes.Contracts.csproj" /></ItemGroup></Project>""")
            .Write("modules/books/spec/manifest.yaml", "consumes:\n  - { service: taxes, domain: things, operations: [list_things] }\n")
            .Write("modules/taxes/spec/models.yaml", Models).Write("modules/taxes/spec/things.yaml", List);
        _repository.Fail("check").ShouldContain("books → taxes → books");
    }

    [Fact]
    public void This_repository_s_modules_are_as_they_should_be()
    {
        using var said = new StringWriter();
        new CheckCommand(Repository.Ours, said).Run().ShouldBe(0, said.ToString());
    }

    public void Dispose() => _repository.Dispose();

    private CheckTests Module(string name, string manifest = "")
    {
        _repository.Module(name, manifest);
        return this;
    }

    private CheckTests Things(string name, string prefix)
    {
        _repository.Module(name, $$""", "backend": { "api_prefix": "{{prefix}}" }""")
            .Write($"modules/{name}/spec/models.yaml", Models).Write($"modules/{name}/spec/things.yaml", List);
        return this;
    }
}
