namespace Buildify;

public class DisplayNamesTests
{
    [Theory]
    [InlineData("Acme")]
    [InlineData("Müller & Söhne GmbH")]
    [InlineData("株式会社")]
    [InlineData("شرکت می‌خواهم")]
    [InlineData("Bakery 👩‍🍳")]
    public void People_s_names_in_any_script_are_good(string name) => DisplayNames.Read(name).Name.ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("Ac\u200Bme")]
    [InlineData("\u202Eemca")]
    [InlineData("ac\u2066me")]
    [InlineData("\uE000")]
    [InlineData("\uFEFFAcme")]
    public void What_hides_or_misleads_is_refused(string name) => DisplayNames.Read(name).Error.ShouldNotBeNull();

    // Not as inline data: attributes are stored as UTF-8, which cannot hold half a pair.
    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        DisplayNames.Read("half \uD83D").Error.ShouldNotBeNull();
        DisplayNames.Read("\uDC69 half").Error.ShouldNotBeNull();
    }

    [Fact]
    public void Two_spellings_of_one_letter_are_one_name() => DisplayNames.Read("Mu\u0308ller").Name.ShouldBe("Müller");

    [Fact]
    public void Spaces_at_the_ends_are_dropped() => DisplayNames.Read("  Acme ").Name.ShouldBe("Acme");

    [Fact]
    public void The_longest_name_is_as_long_as_the_message_says()
    {
        DisplayNames.Read(new string('a', DisplayNames.MaxLength)).Error.ShouldBeNull();
        DisplayNames.Read(new string('a', DisplayNames.MaxLength + 1)).Error!.ShouldContain("200");
    }
}
