using Buildify.Gateway.Fakes;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

public sealed class ScheduleRoutesTests : IAsyncLifetime
{
    private const string Path = "/api/v1/task-schedules";

    private static readonly TaskSchedule Schedule = new(
        "nightly", "core.echo", "default", JsonText.EmptyObject, 5, 5, "0 3 * * *", null, "UTC", MissedTicks.CatchUp, false, DateTimeOffset.UnixEpoch, null, null,
        null, "7", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "ada");

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(grains => grains
        .On<IScheduleGrain>("Get", (key, _) => Task.FromResult(key == "acme/nightly" ? Schedule : null))
        .On<IScheduleGrain>("Put", (_, _) => Task.FromResult<Outcome<TaskSchedule>>(Schedule))
        .On<IScheduleGrain>("Delete", (_, _) => Task.FromResult<Outcome<TaskSchedule>>(Schedule))
        .On<IScheduleListGrain>("List", (_, _) => Task.FromResult<Outcome<Page<TaskSchedule>>>(new Page<TaskSchedule>([Schedule], null))));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_schedule_is_written_as_it_is_sent_with_its_type_s_defaults()
    {
        var answer = await Put("""{"type":"core.sleep","payload":{"milliseconds":5},"cron":"0 3 * * *","time_zone":"Europe/Berlin","missed":"catch_up"}""", ("If-Match", "\"7\""));

        answer.Status.ShouldBe(200, answer.Text);
        answer.Headers["ETag"].ShouldBe("\"7\"");
        answer.Json.GetProperty("missed").GetString().ShouldBe("catch_up");
        var call = _gateway.Grains.CallsOf<IScheduleGrain>("Put").ShouldHaveSingleItem();
        (call.Key, call.Arguments[1]).ShouldBe(("acme/nightly", "7"));
        call.Arguments[0].ShouldBe(new NewSchedule(
            "core.sleep", new JsonText("""{"milliseconds":5}"""), "default", null, 5, "0 3 * * *", null, "Europe/Berlin", MissedTicks.CatchUp));
    }

    [Theory]
    [InlineData("""{"type":"core.nope","every_seconds":5}""", "type")]
    [InlineData("""{"every_seconds":5}""", "type")]
    [InlineData("""{"type":"core.sleep","every_seconds":5}""", "payload.milliseconds")]
    [InlineData("""{"type":"core.echo","every_seconds":1.5}""", "every_seconds")]
    [InlineData("""{"type":"core.echo","every_seconds":"5"}""", "every_seconds")]
    [InlineData("""{"type":"core.echo","every_seconds":5,"missed":"some"}""", "missed")]
    [InlineData("""{"type":"core.echo","every":5}""", "every")]
    public async Task What_cannot_be_is_named_and_nothing_is_written(string body, string field)
    {
        (await Put(body)).ShouldRefuse(field);
        _gateway.Grains.CallsOf<IScheduleGrain>("Put").ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedules_are_read_listed_and_removed_and_one_that_is_not_there_is_404()
    {
        (await _gateway.Get($"{Path}/nightly", TestGateway.MemberToken)).Json.GetProperty("cron").GetString().ShouldBe("0 3 * * *");
        (await _gateway.Get($"{Path}/weekly", TestGateway.MemberToken)).ShouldBeProblem(404, "not-found");
        (await _gateway.Get(Path, TestGateway.MemberToken)).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await Delete(TestGateway.MemberToken)).ShouldBeProblem(403, "forbidden");
        (await Delete(TestGateway.AdministratorToken)).Status.ShouldBe(204);

        Task<TestAnswer> Delete(string token) => _gateway.Send(HttpMethod.Delete, $"{Path}/nightly", null, token, ("X-Tenant", "acme"));
    }

    private Task<TestAnswer> Put(string body, params (string Name, string Value)[] headers) => _gateway.Send(
        HttpMethod.Put, $"{Path}/nightly", TestGateway.Json(body), TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);
}
