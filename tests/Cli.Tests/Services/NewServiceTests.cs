namespace Buildify.Cli.Services;

public sealed class NewServiceTests : IDisposable
{
    private const string Written = """
        # What runs where.
        services:   # in the order of their start
          # The store.
          - { name: postgres, type: container, image: "postgres:17.6", health: "true", description: "Kept" }

          - name: silo   # all of it
            type: silo
            description: Grains.
            depends_on: [postgres]
        # Nothing below this line.

        """;

    private readonly Repository _repository = new Repository(Written).Module("financial");

    [Fact]
    public void Every_letter_that_was_there_stays_and_the_entry_comes_last()
    {
        _repository.Succeed("new", "service", "books", "--type", "silo", "--modules", "financial");
        _repository.Read(ServicesFile.Name).ShouldBe(Written.TrimEnd('\n') + "\n" + """
              - name: books
                type: silo
                description: "The grains of financial."
                modules: [financial]
                depends_on: [postgres]

            """);
    }

    [Fact]
    public void What_it_needs_is_made_at_once()
    {
        _repository.Succeed("new", "service", "books", "--type", "silo", "--modules", "financial").ShouldContain("made  modules/financial/Dockerfile");
        _repository.Succeed("new", "service", "shell", "--type", "web").ShouldContain("made  services/shell/Dockerfile");
        _repository.Succeed("new", "service", "scanner", "--type", "container", "--description", "Reads \"papers\".").ShouldContain("made  services/scanner/Dockerfile");
        _repository.Read(Compose.Path).ShouldContain("context: \"./services/scanner\"");
        _repository.Succeed("sync", "--check");
    }

    [Fact]
    public void A_gateway_waits_for_the_silo()
    {
        _repository.Succeed("new", "service", "edge", "--type", "gateway");
        _repository.Read(ServicesFile.Name).ShouldEndWith("    type: gateway\n    description: \"HTTP in, grain calls out.\"\n    depends_on: [silo]\n");
    }

    [Fact]
    public void The_first_entry_goes_into_an_empty_file()
    {
        using var empty = new Repository("services:\n");
        empty.Succeed("new", "service", "silo", "--type", "silo");
        empty.Read(ServicesFile.Name).ShouldStartWith("services:\n  - name: silo\n");
    }

    [Theory]
    [InlineData("services: []\n")]
    [InlineData("services: [{ name: silo, type: silo, description: Grains. }]\n")]
    public void A_file_that_is_not_written_line_by_line_is_left_to_its_author(string services)
    {
        using var repository = new Repository(services);
        repository.Fail("new", "service", "books", "--type", "silo").ShouldBe(
            "services.yml is not written line by line, as this could add to it; write the entry yourself:\n"
            + "- name: books\n  type: silo\n  description: \"The platform's and the modules' grains.\"\n\n");
        repository.Read(ServicesFile.Name).ShouldBe(services);
    }

    [Theory]
    [InlineData("silo", "silo", "there is a service 'silo' in line 6 already")]
    [InlineData("Silo", "silo", "'Silo' is no name of a service")]
    [InlineData("books", "silo", "there is no module 'finance'", "--modules", "finance")]
    public void What_cannot_be_added_changes_nothing(string name, string type, string error, params string[] more)
    {
        _repository.Fail(["new", "service", name, "--type", type, .. more]).ShouldContain(error);
        _repository.Read(ServicesFile.Name).ShouldBe(Written);
        _repository.Workspace.Exists(Compose.Path).ShouldBeFalse();
    }

    public void Dispose() => _repository.Dispose();
}
