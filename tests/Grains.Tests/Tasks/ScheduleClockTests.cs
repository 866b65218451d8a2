using Buildify.Silo.Tasks;
using Buildify.Testing.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>Schedules in the tables: what several clocks make of them.</summary>
public sealed class ScheduleClockTests : IAsyncLifetime
{
    private static readonly Caller Ada = new("ada", "test");

    private PlatformCluster _platform = null!;

    public async Task InitializeAsync()
    {
        _platform = await PlatformCluster.Launch(database: await TaskSql.Create());
        (await _platform.Grains.GetGrain<Tenants.ITenantGrain>(GrainKeys.Tenant("acme")).Create(new Tenants.NewTenant("acme", "Acme"), Ada, stamp: null))
            .Failure.ShouldBeNull();
    }

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Clocks_of_several_silos_fire_a_tick_once()
    {
        await Put("every-minute", new NewSchedule("core.echo", new JsonText("""{"a":1}"""), EverySeconds: 60));
        await Due("every-minute");
        var clocks = Enumerable.Range(0, 8).Select(_ => Clock()).ToList();

        var fired = await Task.WhenAll(clocks.Select(clock => clock.Fire(CancellationToken.None)));

        fired.Sum().ShouldBe(1);
        (await Tasks()).ShouldHaveSingleItem().ShouldBe(["acme", "core.echo", """{"a":1}""", "queued"]);
        (await Clock().Fire(CancellationToken.None)).ShouldBe(0);
        var schedule = (await Schedule("every-minute").Get())!;
        schedule.LastTaskId.ShouldBe(await _platform.Database.QueryAsync<Guid>("SELECT id FROM tasks"));
        schedule.NextRunAt!.Value.ShouldBeGreaterThan(schedule.LastRunAt!.Value);
    }

    [Fact]
    public async Task A_clock_that_dies_in_the_middle_has_fired_nothing_and_the_next_one_fires()
    {
        await Put("every-minute", new NewSchedule("core.echo", EverySeconds: 60));
        await Due("every-minute");
        await using (var dead = await _platform.Database.Source.OpenConnectionAsync())
        {
            await using var transaction = await dead.BeginTransactionAsync();
            await using var fire = new NpgsqlCommand(
                "SELECT FROM task_schedules FOR UPDATE; SELECT fire_schedule(tenant, name, ARRAY[next_run_at], now() + interval '1 minute') FROM task_schedules", dead);
            await fire.ExecuteNonQueryAsync();
            // While it lives the others pass the schedule by.
            (await Clock().Fire(CancellationToken.None)).ShouldBe(0);
        }

        (await Clock().Fire(CancellationToken.None)).ShouldBe(1);
        (await Tasks()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_tick_that_has_its_task_gets_no_other_even_where_the_schedule_was_set_back()
    {
        await Put("every-minute", new NewSchedule("core.echo", EverySeconds: 60));
        await Due("every-minute");
        var tick = await _platform.Database.QueryAsync<DateTime>("SELECT next_run_at FROM task_schedules");
        await Clock().Fire(CancellationToken.None);
        await _platform.Database.ExecuteAsync("UPDATE task_schedules SET next_run_at = $1", tick);

        (await Clock().Fire(CancellationToken.None)).ShouldBe(1);

        (await Tasks()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_missed_is_one_task_or_each()
    {
        await Put("skips", new NewSchedule("core.echo", EverySeconds: 60));
        await Put("catches-up", new NewSchedule("core.echo", EverySeconds: 60, Missed: MissedTicks.CatchUp));
        await _platform.Database.ExecuteAsync("UPDATE task_schedules SET next_run_at = now() - interval '599 seconds'");

        (await Clock().Fire(CancellationToken.None)).ShouldBe(2);

        (await _platform.Database.RowsAsync("SELECT name || ' ' || count(*) FROM task_schedule_ticks GROUP BY name ORDER BY name"))
            .Select(row => row[0]).ShouldBe(["catches-up 10", "skips 1"]);
        (await Tasks()).Count.ShouldBe(11);
    }

    [Fact]
    public async Task A_paused_schedule_rests_and_does_not_catch_up_when_it_goes_on()
    {
        var schedule = new NewSchedule("core.echo", EverySeconds: 60, Missed: MissedTicks.CatchUp);
        (await Put("rests", schedule with { Paused = true })).NextRunAt.ShouldBeNull();
        await Due("rests");
        (await Clock().Fire(CancellationToken.None)).ShouldBe(0);

        await Put("rests", schedule);

        (await Clock().Fire(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_suspended_tenant_s_schedule_makes_no_task_and_says_why()
    {
        await Put("every-minute", new NewSchedule("core.echo", EverySeconds: 60));
        await Due("every-minute");
        await _platform.Grains.GetGrain<Tenants.ITenantGrain>(GrainKeys.Tenant("acme")).Change(new Tenants.TenantChange(State: Tenants.TenantState.Suspended), Ada);

        await Clock().Fire(CancellationToken.None);

        (await Tasks()).ShouldBeEmpty();
        (await Schedule("every-minute").Get())!.Problem.ShouldBe("the tenant is not active");
    }

    [Fact]
    public async Task A_schedule_is_written_read_listed_and_removed_by_its_revision()
    {
        var made = await Put("nightly", new NewSchedule("core.echo", Cron: "0 3 * * *", TimeZone: "Europe/Berlin"));
        (made.Revision, made.Queue, made.MaxAttempts).ShouldBe(("1", "default", 5));
        (await Schedule("nightly").Put(new NewSchedule("core.echo", Cron: "0 3 * * *"), "7", Ada)).Failure!.Code.ShouldBe(FailureCodes.Stale);

        var changed = (await Schedule("nightly").Put(new NewSchedule("core.echo", Cron: "0 3 * * *", TimeZone: "Europe/Berlin", Priority: 9), "1", Ada)).Value!;
        (changed.Revision, changed.Priority, changed.NextRunAt).ShouldBe(("2", 9, made.NextRunAt));

        var list = (await _platform.Grains.GetGrain<IScheduleListGrain>(GrainKeys.Tenant("acme")).List(new PageRequest())).Value!;
        list.Items.ShouldHaveSingleItem().Name.ShouldBe("nightly");
        (await Schedule("nightly").Delete("1")).Failure!.Code.ShouldBe(FailureCodes.Stale);
        (await Schedule("nightly").Delete("2")).Failure.ShouldBeNull();
        (await Schedule("nightly").Get()).ShouldBeNull();
        (await Schedule("nightly").Delete(null)).Failure!.Code.ShouldBe(FailureCodes.NotFound);
    }

    [Theory]
    [InlineData("no.such", null, "type")]
    [InlineData("core.echo", "no-such", "queue")]
    public async Task A_type_or_a_queue_that_is_not_there_is_named(string type, string? queue, string field) =>
        (await Schedule("x").Put(new NewSchedule(type, Queue: queue, EverySeconds: 5), null, Ada)).Failure!.Errors.ShouldHaveSingleItem().Field.ShouldBe(field);

    private ScheduleClock Clock() => new(_platform.Database.Source, _platform.Grains, TimeProvider.System, NullLogger<ScheduleClock>.Instance);

    private IScheduleGrain Schedule(string name) => _platform.Grains.GetGrain<IScheduleGrain>(GrainKeys.Schedule("acme", name));

    private async Task<TaskSchedule> Put(string name, NewSchedule schedule)
    {
        var put = await Schedule(name).Put(schedule, ifMatch: null, Ada);
        put.Failure.ShouldBeNull();
        return put.Value!;
    }

    private Task<int> Due(string name) => _platform.Database.ExecuteAsync("UPDATE task_schedules SET next_run_at = now() - interval '1 second' WHERE name = $1", name);

    private Task<List<object?[]>> Tasks() => _platform.Database.RowsAsync("SELECT tenant, type, payload::text, state::text FROM tasks");
}
