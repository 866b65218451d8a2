namespace Buildify.Events.Routing;

public sealed class RoutingTableTests
{
    [Fact]
    public void Of_a_thousand_subscriptions_only_those_that_match_are_found_the_urgent_ones_first()
    {
        var table = new RoutingTable(Enumerable.Range(0, 1_000).Select(number => new Route($"s{number}", EventPattern.Parse($"thing.t{number % 100}.*"), number / 100, null)));

        var found = table.Find("thing.t7.happened");

        found.Select(route => route.Subscription).ShouldBe(["s907", "s807", "s707", "s607", "s507", "s407", "s307", "s207", "s107", "s7"]);
        table.Find("thing.t7.happened").ShouldBeSameAs(found);
    }

    [Fact]
    public void Types_that_are_made_up_do_not_fill_the_memory()
    {
        var table = new RoutingTable([new Route("one", EventPattern.Parse("**"), 5, null)]);

        for (var number = 0; number < 3 * RoutingTable.MaxTypes; number++) table.Find($"made.up{number}").Length.ShouldBe(1);
    }
}
