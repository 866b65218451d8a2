namespace Buildify;

public class SlugTests
{
    [Theory]
    [InlineData("acme")]
    [InlineData("123")]
    [InlineData("a")]
    [InlineData("0cafe")]
    [InlineData("3f2504e0-4f89-11d3-9a0c-0305e82c3301")]
    public void Ids_that_people_choose_are_good(string id) => Slug.IsValid(id).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("Acme")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("аcme")] // the first letter is Cyrillic
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Others_are_not(string? id) => Slug.IsValid(id).ShouldBeFalse();
}
