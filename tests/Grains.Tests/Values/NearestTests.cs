namespace Buildify;

public class NearestTests
{
    [Theory]
    [InlineData("diplay_name", "display_name")]
    [InlineData("verison", "version")]
    [InlineData("Id", "id")]
    [InlineData("colour", null)]
    public void The_name_that_was_meant_is_found_and_no_other(string typed, string? meant) =>
        Nearest.To(typed, ["id", "display_name", "version"]).ShouldBe(meant);

    [Fact]
    public void Where_none_is_near_the_hint_names_them_all() =>
        Nearest.Hint("colour", ["version", "id"]).ShouldBe("known are id, version");

    [Fact]
    public void A_name_of_any_length_costs_little() => Nearest.To(new string('x', 1_000_000), ["id"]).ShouldBeNull();
}
