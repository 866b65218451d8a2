using Buildify.Tasks;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Execution;

public sealed class TaskSlotsTests : IDisposable
{
    private readonly WorkerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0.000_01, 64, 1_000)]
    [InlineData(0.005, 64, 256)]
    [InlineData(0.02, 64, 64)]
    [InlineData(0.021, 64, 0)]
    [InlineData(double.NaN, 64, 0)]
    public void The_faster_the_tasks_the_more_wait_here(double meanSeconds, int slots, int expected) =>
        TaskSlots.PrefetchOf(meanSeconds, slots).ShouldBe(expected);

    [Fact]
    public async Task Never_more_handlers_run_than_there_are_slots()
    {
        var (running, most) = (0, 0);
        const int Count = 400;
        var tasks = Enumerable.Range(0, Count).Select(_ => _rig.Arrive(WorkerRig.Scripted(async _ =>
        {
            var now = Interlocked.Increment(ref running);
            int seen;
            while ((seen = most) < now && Interlocked.CompareExchange(ref most, now, seen) != seen)
            {
            }
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return null;
        }))).ToList();
        _rig.Slots.Add(tasks);
        for (var ended = 0; ended < Count; ended++) (await _rig.Outcome()).Kind.ShouldBe(TaskOutcomeKind.Succeeded);
        most.ShouldBeInRange(1, _rig.Slots.Count);
    }

    [Fact]
    public async Task Tasks_run_at_the_same_time_even_where_handlers_block_their_threads()
    {
        using var all = new Barrier(_rig.Slots.Count);
        for (var slot = 0; slot < _rig.Slots.Count; slot++)
        {
            _rig.Start(WorkerRig.Scripted(_ => Task.FromResult<object?>(all.SignalAndWait(WorkerRig.Patience))));
        }
        for (var slot = 0; slot < _rig.Slots.Count; slot++) (await _rig.Outcome()).Result.ShouldBe("true");
    }
}
