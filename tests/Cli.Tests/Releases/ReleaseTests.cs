namespace Buildify.Cli.Releases;

public sealed class ReleaseTests : IDisposable
{
    private readonly Repository _repository = new();

    public ReleaseTests() => _repository.Succeed("new", "module", "warehouse");

    [Fact]
    public void A_released_version_is_kept_and_what_breaks_it_is_found_from_then_on()
    {
        _repository.Succeed("release", "warehouse").ShouldBe("wrote modules/warehouse/spec/released: warehouse 0.1.0\n");
        _repository.Files("modules/warehouse/spec/released").ShouldBe(["manifest.json", "models.yaml", "warehouse.yaml"]);

        Change("spec/models.yaml", "quantity: { type: int", "quantity: { type: long");
        _repository.Fail("check").ShouldContain("modules/warehouse/spec/models.yaml(7,7): error BSPEC043: ");
        _repository.Fail("release", "warehouse").ShouldContain("error BSPEC043: ");

        Change("manifest.json", "0.1.0", "0.2.0");
        _repository.Succeed("release", "warehouse");
        _repository.Read("modules/warehouse/spec/released/models.yaml").ShouldContain("type: long");
    }

    [Fact]
    public void A_version_is_released_once()
    {
        _repository.Succeed("release", "warehouse");
        _repository.Succeed("release", "warehouse").ShouldBe("warehouse 0.1.0 is released already, with these specs.\n");

        Change("spec/models.yaml", "One kind of thing", "A thing");
        _repository.Fail("release", "warehouse").ShouldBe("warehouse 0.1.0 is released already, with other specs; raise the version in modules/warehouse/manifest.json.\n");
    }

    [Fact]
    public void A_module_that_is_not_there_is_told_with_the_nearest() =>
        _repository.Fail("release", "warehose").ShouldBe("There is no module 'warehose' here; did you mean 'warehouse'?\n");

    [Fact]
    public void The_reference_is_the_page_that_sync_writes()
    {
        _repository.Succeed("sync");
        _repository.Succeed("reference").ShouldBe(_repository.Read("docs/spec-reference.md"));
    }

    public void Dispose() => _repository.Dispose();

    private void Change(string file, string before, string after)
    {
        var path = $"modules/warehouse/{file}";
        _repository.Write(path, _repository.Read(path).Replace(before, after));
    }
}
