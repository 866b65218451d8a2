using Buildify.Gateway.Fakes;
using Buildify.Modules;

namespace Buildify.Gateway.Modules;

public sealed class InstallationTests
{
    private static readonly ModuleTier Tier = new("notes", true, JsonText.EmptyObject, [], [], "1.0.0", "3", null, null);

    [Fact]
    public async Task Done_is_200_with_the_tier()
    {
        var answer = await TurnOn(new(Steps(InstallationState.Done, null), Tier));
        answer.Status.ShouldBe(200);
        answer.Headers["ETag"].ShouldBe("\"3\"");
        answer.Json.GetProperty("module").GetString().ShouldBe("notes");
        answer.Json.TryGetProperty("installation", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Running_is_202_and_says_where_to_look()
    {
        var answer = await TurnOn(new(Steps(InstallationState.Running, null), null));
        answer.Status.ShouldBe(202);
        answer.Headers["Location"].ShouldBe("/api/v1/tenant-modules/notes/installation");
        answer.Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        answer.Json.GetProperty("installation").GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task Failed_is_409_with_the_step_s_error() => (await TurnOn(new(Steps(InstallationState.Failed, "no such schema"), null)))
        .ShouldBeProblem(409, FailureCodes.ModuleFailed).GetProperty("detail").GetString().ShouldBe("no such schema");

    [Fact]
    public async Task A_tenant_s_tier_has_no_field_enabled()
    {
        await using var gateway = await TestGateway.Start();
        (await gateway.Send(HttpMethod.Put, "/api/v1/tenant-modules/notes", TestGateway.Json("""{"enabled":true}"""), TestGateway.MemberToken)).ShouldRefuse("enabled");
    }

    [Fact]
    public async Task Turning_off_is_204()
    {
        await using var gateway = await TestGateway.Start(grains => grains.On<IInstallationGrain>(
            "TurnOff", (_, _) => Task.FromResult<Outcome<InstallationResult>>(new InstallationResult(Steps(InstallationState.Done, null), Tier))));
        var answer = await gateway.Send(HttpMethod.Delete, "/api/v1/tenant-modules/notes", token: TestGateway.MemberToken);
        answer.Status.ShouldBe(204);
        gateway.Grains.CallsOf<IInstallationGrain>("TurnOff").Single().Key.ShouldBe("acme/notes");
    }

    private static Installation Steps(InstallationState state, string? error) => new(
        "notes", "op", "enable", state, [new("enable", state == InstallationState.Failed ? StepState.Failed : StepState.Done, error)], 0.5, DateTimeOffset.UnixEpoch, null, null);

    private static async Task<TestAnswer> TurnOn(InstallationResult result)
    {
        await using var gateway = await TestGateway.Start(grains => grains.On<IInstallationGrain>(
            "TurnOn", (_, _) => Task.FromResult<Outcome<InstallationResult>>(result)));
        return await gateway.Send(HttpMethod.Put, "/api/v1/tenant-modules/notes", TestGateway.Json("{}"), TestGateway.MemberToken);
    }
}
