namespace Buildify.Cli.Packages;

public sealed class PackTests : IDisposable
{
    private readonly Repository _repository = new();

    [Fact]
    public void A_repository_of_a_module_s_own_is_told_where_packages_are_made() =>
        _repository.Fail("pack", "feed").ShouldBe("There is no tools/Packages.proj here: packages are made in Buildify's own repository.\n");

    public void Dispose() => _repository.Dispose();
}
