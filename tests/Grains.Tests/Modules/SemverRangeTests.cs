using Buildify.Modules.Manifests;
using NuGet.Versioning;

namespace Buildify.Modules;

public class SemverRangeTests
{
    // What npm's own semver answers for the same words.
    [Theory]
    [InlineData("^1.0", "1.0.0", true)]
    [InlineData("^1.0", "1.9.9", true)]
    [InlineData("^1.0", "2.0.0", false)]
    [InlineData("^1.2.3", "1.2.2", false)]
    [InlineData("^0.2.3", "0.2.9", true)]
    [InlineData("^0.2.3", "0.3.0", false)]
    [InlineData("^0.0.3", "0.0.3", true)]
    [InlineData("^0.0.3", "0.0.4", false)]
    [InlineData("^0", "0.9.0", true)]
    [InlineData("~1.2.3", "1.2.9", true)]
    [InlineData("~1.2.3", "1.3.0", false)]
    [InlineData("~1", "1.9.0", true)]
    [InlineData("1.x", "1.5.0", true)]
    [InlineData("1.x", "2.0.0", false)]
    [InlineData("1.2", "1.2.7", true)]
    [InlineData("*", "7.1.0", true)]
    [InlineData("1.2.3", "1.2.3", true)]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData(">=1.0 <2.0", "1.5.0", true)]
    [InlineData(">=1.0 <2.0", "2.0.0", false)]
    [InlineData(">1.2", "1.2.9", false)]
    [InlineData("<=1.2", "1.2.9", true)]
    [InlineData("^1.0 || ^3.0", "3.1.0", true)]
    [InlineData("^1.0 || ^3.0", "2.1.0", false)]
    [InlineData("^1.0", "1.5.0-beta", false)]
    [InlineData("^1.5.0-alpha", "1.5.0-beta", true)]
    [InlineData("^1.0", "2.0.0-alpha", false)]
    public void A_range_holds_what_npm_says_it_holds(string range, string version, bool holds) =>
        SemverRange.TryParse(range)!.Contains(SemanticVersion.Parse(version)).ShouldBe(holds);

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("^1.2.3.4")]
    [InlineData("^1 ||")]
    [InlineData("1.x.3")]
    [InlineData("-1")]
    public void What_is_no_range_is_refused(string text) => SemverRange.TryParse(text).ShouldBeNull();
}
