using System.Text.RegularExpressions;

namespace Buildify.Specs.Reading;

public class PatternsTests
{
    [Theory]
    [InlineData("[A-Z]{3}")]
    [InlineData("^a|b$")]
    [InlineData(@"(?<year>\d{4})-(?:a|b)")]
    [InlineData(@"[(?=]\(\?=\\1")]
    [InlineData("[]k]")]
    [InlineData(@"[^]\]k]")]
    public void What_is_taken_can_be_matched_without_backtracking(string pattern)
    {
        Patterns.Error(pattern).ShouldBeNull();

        Should.NotThrow(() => new Regex(pattern, RegexOptions.NonBacktracking));
    }

    [Theory]
    [InlineData("(?=a)b", "'(?=' needs backtracking")]
    [InlineData("a(?!b)", "'(?!' needs backtracking")]
    [InlineData("(?<=a)b", "'(?<=' needs backtracking")]
    [InlineData("(?<!a)b", "'(?<!' needs backtracking")]
    [InlineData("(?>a)b", "'(?>' needs backtracking")]
    [InlineData(@"(a)\1", @"'\1' needs backtracking")]
    [InlineData(@"(?<x>a)\k<x>", @"'\k' needs backtracking")]
    [InlineData("[a-", "at its character ")]
    [InlineData("a)|(b", "at its character ")]
    [InlineData("ab)", "at its character ")]
    public void What_cannot_is_told_with_what_it_is(string pattern, string error)
    {
        Should.Throw<Exception>(() => new Regex(pattern, RegexOptions.NonBacktracking));

        Patterns.Error(pattern)!.ShouldStartWith(error);
    }

    [Theory]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("[a-z]+", "abc\n", false)]
    [InlineData("^[a-z]+$", "abc", true)]
    public void A_pattern_matches_the_whole_string(string pattern, string text, bool matches) => Patterns.Matches(pattern, text).ShouldBe(matches);
}
