using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

public sealed class DeliveryPlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(50);
    private static readonly Delivery Delivered = new(DeliveryEnd.Delivered);
    private static readonly Delivery Failed = new(DeliveryEnd.Failed, "no");
    private static readonly Delivery Left = new(DeliveryEnd.Left);

    [Fact]
    public void While_a_key_is_out_its_later_events_wait_and_other_keys_go()
    {
        var plan = Plan();
        Append(plan, "a", "a", "b");
        plan.TryTake(Now, out var first).ShouldBeTrue();
        Append(plan, "a", "c");

        plan.TryTake(Now, out var second).ShouldBeTrue();

        Positions(first).ShouldBe([1, 2, 3]);
        Positions(second).ShouldBe([5]);
        plan.TryTake(Now, out _).ShouldBeFalse();
        plan.Complete(first, [Delivered, Delivered, Delivered], Now);
        plan.TryTake(Now, out var third).ShouldBeTrue();
        Positions(third).ShouldBe([4]);
    }

    [Fact]
    public void The_cursor_waits_for_the_first_that_is_not_done()
    {
        var plan = Plan();
        Append(plan, "a", "b", "c");
        plan.TryTake(Now, out var batch).ShouldBeTrue();

        plan.Complete(batch, [Left, Delivered, Delivered], Now);

        plan.Window.Position.ShouldBe(0);
        plan.TryTake(Now, out var again).ShouldBeTrue();
        Positions(again).ShouldBe([1]);
        plan.Complete(again, [Delivered], Now);
        plan.Window.Position.ShouldBe(3);
    }

    [Fact]
    public void The_cursor_passes_a_failing_event_with_its_row_and_not_before()
    {
        var plan = Plan();
        Append(plan, "a", "a", "b");
        plan.TryTake(Now, out var batch).ShouldBeTrue();
        plan.Complete(batch, [Failed, Left, Delivered], Now);
        plan.Window.Position.ShouldBe(0);

        var save = plan.TakeSave();

        save.Position.ShouldBe(3);
        save.Kept.Keys.ShouldBe([1, 2], ignoreOrder: true);
        save.Kept[1].Attempts.ShouldBe(1);
        save.Kept[1].NextAt.ShouldBe(Now.AddSeconds(1));
        save.Kept[2].NextAt.ShouldBeNull();
        plan.Window.Position.ShouldBe(0);
        plan.Saved(save, plan.Window);
        plan.Window.Position.ShouldBe(3);
    }

    [Fact]
    public void With_as_many_retries_as_there_may_be_nothing_more_goes_out_and_the_cursor_waits()
    {
        var plan = Plan(new PlanRules(false, 10, false) { MaxRetries = 3, BatchSize = 100 });
        Append(plan, "a", "b", "c", "d", "e");
        plan.TryTake(Now, out var batch).ShouldBeTrue();
        batch.Count.ShouldBe(3);
        plan.Complete(batch, [Failed, Failed, Failed], Now);

        plan.TryTake(Now, out _).ShouldBeFalse();

        var save = plan.TakeSave();
        (save.Position, save.Kept.Count).ShouldBe((3, 3));
        plan.Saved(save, plan.Window);
        plan.HasSomethingToSave.ShouldBeFalse();
        plan.TryTake(Now.AddMinutes(1), out var again).ShouldBeTrue();
        plan.Complete(again, again.Rows.ToDictionary(row => row.Position, row => Event(row.Position, row.Key)), [Delivered, Delivered, Delivered], Now);
        plan.TryTake(Now.AddMinutes(1), out var rest).ShouldBeTrue();
        Positions(rest).ShouldBe([4, 5]);
    }

    [Fact]
    public void What_comes_back_after_a_restart_is_not_minded_and_its_key_waits_for_it()
    {
        var plan = Plan();
        Append(plan, "a", "b");
        plan.TryTake(Now, out var batch).ShouldBeTrue();

        plan.Restart(0, pace: null);
        Append(plan, "a", "b", "c");

        plan.TryTake(Now, out var other).ShouldBeTrue();
        Positions(other).ShouldBe([3]);
        plan.Complete(batch, [Failed, Delivered], Now);
        plan.Retries.IsEmpty.ShouldBeTrue();
        plan.TryTake(Now, out var again).ShouldBeTrue();
        Positions(again).ShouldBe([1, 2]);
    }

    [Fact]
    public void Whatever_fails_each_key_is_delivered_in_order_and_nothing_is_lost()
    {
        for (var seed = 0; seed < 200; seed++) Simulate(new Random(seed));
    }

    private static void Simulate(Random random)
    {
        var plan = Plan(new PlanRules(false, 3, false) { MaxRetries = 40, BatchSize = 10 });
        var all = Enumerable.Range(1, 300).Select(position => Event(position, $"k{random.Next(6)}")).ToList();
        var (delivered, parked, rows, appended, now) = (new List<LoggedEvent>(), new HashSet<long>(), new Dictionary<long, RetryRow>(), 0, Now);
        var cursor = 0L;
        for (var turn = 0; turn < 5_000 && delivered.Count + parked.Count < all.Count; turn++)
        {
            while (appended < all.Count && random.Next(4) > 0) plan.Window.Append(all[appended++]);
            var batches = new List<DeliveryBatch>();
            while (batches.Count < 3 && plan.TryTake(now, out var batch)) batches.Add(batch);
            foreach (var batch in batches.OrderBy(_ => random.Next()))
            {
                var events = batch.IsRetry ? batch.Rows.Select(row => all[(int)row.Position - 1]).ToList() : [.. batch.Events];
                var bad = new HashSet<string>();
                var ends = events.Select(one =>
                {
                    if (bad.Contains(one.Key)) return Left;
                    if (random.Next(4) > 0)
                    {
                        delivered.Add(one);
                        return Delivered;
                    }
                    bad.Add(one.Key);
                    return Failed;
                }).ToImmutableArray();
                if (batch.IsRetry) plan.Complete(batch, events.ToDictionary(one => one.Position), ends, now);
                else plan.Complete(batch, ends, now);
            }
            if (random.Next(3) == 0)
            {
                var save = plan.TakeSave();
                foreach (var gone in save.Removed) rows.Remove(gone);
                foreach (var (position, row) in save.Kept) rows[position] = row;
                parked.UnionWith(save.Parked.Keys);
                rows.Count.ShouldBeLessThanOrEqualTo(40);
                save.Position.ShouldBeGreaterThanOrEqualTo(cursor);
                cursor = save.Position;
                for (var position = 1; position <= cursor; position++)
                {
                    (rows.ContainsKey(position) || parked.Contains(position) || delivered.Any(one => one.Position == position)).ShouldBeTrue();
                }
                plan.Saved(save, plan.Window);
            }
            now += TimeSpan.FromSeconds(random.Next(3));
        }
        delivered.Count.ShouldBe(delivered.Distinct().Count());
        (delivered.Count + parked.Count).ShouldBe(all.Count);
        foreach (var key in delivered.GroupBy(one => one.Key)) key.Select(one => one.Position).ShouldBeInOrder();
    }

    private static DeliveryPlan Plan(PlanRules? rules = null) => new(rules ?? new PlanRules(IsWebHook: false, MaxAttempts: 10, StopsOnFailure: false), 0, () => 0);

    private static void Append(DeliveryPlan plan, params string[] keys)
    {
        foreach (var key in keys) plan.Window.Append(Event(plan.Window.ReadUpTo + 1, key));
    }

    private static LoggedEvent Event(long position, string key) => new(
        $"e{position}", "test.thing.happened", 1, "test", "acme", null, JsonText.EmptyObject, Now, null, position)
    { OrderingKey = key };

    private static IEnumerable<long> Positions(DeliveryBatch batch) => batch.Events.Select(one => one.Position);
}
