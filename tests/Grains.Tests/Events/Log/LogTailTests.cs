namespace Buildify.Events.Log;

public class LogTailTests
{
    [Fact]
    public void It_keeps_the_newest_and_says_from_where_on()
    {
        var tail = new LogTail(start: 10, maxEvents: 3);
        foreach (var position in new[] { 11L, 12, 15, 16 }) tail.Add(Event(position));
        tail.Start.ShouldBe(11);
        Positions(tail, after: 11).ShouldBe([12, 15, 16]);
        Positions(tail, after: 13).ShouldBe([15, 16]);
        Positions(tail, after: 16).ShouldBeEmpty();
        tail.Behind(11, max: 2).IsWhole.ShouldBeFalse();
        tail.Behind(12, max: 2).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void Large_events_push_others_out_before_the_count_does()
    {
        var tail = new LogTail(start: 0, maxEvents: 1_000, maxBytes: 10_000);
        for (var position = 1; position <= 10; position++) tail.Add(Event(position, length: 1_000));
        Positions(tail, tail.Start).Count.ShouldBe(4);
    }

    private static List<long> Positions(LogTail tail, long after) => [.. tail.Behind(after, 1_000).Events.Select(one => one.Position)];

    private static LoggedEvent Event(long position, int length = 2) => new(
        $"e{position}", "test.thing.happened", 1, "test", "acme", null, new JsonText(new string(' ', length - 2) + "{}"), default, null, position);
}
