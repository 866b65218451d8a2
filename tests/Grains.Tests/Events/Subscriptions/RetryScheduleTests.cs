namespace Buildify.Events.Subscriptions;

public sealed class RetryScheduleTests
{
    [Fact]
    public void Handlers_are_tried_again_after_a_second_and_then_after_twice_as_long_up_to_ten_minutes() =>
        Enumerable.Range(1, 12).Select(attempt => RetrySchedule.Next(false, attempt, 0, null).TotalSeconds)
            .ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);

    [Fact]
    public void Web_hooks_are_tried_for_five_days()
    {
        var all = Enumerable.Range(1, RetrySchedule.WebHookAttempts - 1).Select(attempt => RetrySchedule.Next(true, attempt, 0, null)).ToList();
        all[0].ShouldBe(TimeSpan.FromSeconds(5));
        all.Sum(one => one.TotalDays).ShouldBeInRange(5, 6);
    }

    [Fact]
    public void What_failed_together_is_spread() => RetrySchedule.Next(false, 3, 1, null).ShouldBe(TimeSpan.FromSeconds(4.8));

    [Fact]
    public void A_receiver_that_asks_for_more_time_gets_it_up_to_a_day()
    {
        RetrySchedule.Next(true, 1, 0, TimeSpan.FromMinutes(2)).ShouldBe(TimeSpan.FromMinutes(2));
        RetrySchedule.Next(true, 1, 0, TimeSpan.FromSeconds(1)).ShouldBe(TimeSpan.FromSeconds(5));
        RetrySchedule.Next(true, 1, 0, TimeSpan.FromDays(9)).ShouldBe(TimeSpan.FromDays(1));
    }
}
