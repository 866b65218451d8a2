namespace Buildify.Worker.Execution;

public class BackoffTests
{
    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(3, 0.5, 3)]
    [InlineData(5, 1, 16)]
    public void A_delay_is_between_the_half_and_the_whole_of_what_doubles(int attempt, double random, double expected) =>
        Backoff.Delay(attempt, firstSeconds: 1, mostSeconds: 100, random).ShouldBe(expected);

    [Fact]
    public void No_delay_of_an_attempt_is_shorter_than_any_of_the_one_before() =>
        Backoff.Delay(4, 1, 100, random: 0).ShouldBeGreaterThanOrEqualTo(Backoff.Delay(3, 1, 100, random: 1));

    [Theory]
    [InlineData(20)]
    [InlineData(100_000)]
    public void The_longest_delay_is_the_type_s(int attempt) => Backoff.Delay(attempt, 1, 100, random: 1).ShouldBe(100);
}
