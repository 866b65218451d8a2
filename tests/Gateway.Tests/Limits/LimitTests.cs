using Buildify.Gateway.Fakes;
using Buildify.Tenants;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Limits;

public sealed class LimitTests
{
    [Fact]
    public async Task A_request_that_takes_too_long_is_503()
    {
        await using var gateway = await TestGateway.Start(
            grains => grains.On<ITenantGrain>("Get", (_, _) => new TaskCompletionSource<Tenant?>().Task),
            new() { ["Limits:RequestSeconds"] = "1" });
        var answer = await gateway.Get("/api/v1/tenants/acme", TestGateway.AdministratorToken);
        answer.ShouldBeProblem(503, "unavailable");
        answer.Headers.ShouldContainKey("Retry-After");
    }

    [Fact]
    public async Task All_bad_settings_are_told_at_once_at_start()
    {
        var error = await Should.ThrowAsync<OptionsValidationException>(() => TestGateway.Start(settings: new()
        {
            ["Limits:RequestSeconds"] = "soon",
            ["Limits:BodyBites"] = "1",
            ["Limits:Connections"] = "0",
        }));
        error.Failures.Count().ShouldBe(3);
        error.Message.ShouldContain("Limits__RequestSeconds is 'soon'");
        error.Message.ShouldContain("did you mean 'BodyBytes'?");
        error.Message.ShouldContain("Limits__Connections is '0'");
    }
}
