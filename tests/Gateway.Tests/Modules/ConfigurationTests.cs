using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Gateway.Fakes;
using Buildify.Modules;

namespace Buildify.Gateway.Modules;

public sealed class ConfigurationTests : IAsyncLifetime
{
    private const string Path = "/api/v1/companies/berlin/modules/financial";

    private static readonly ModuleTier Tier = new("financial", true, new JsonText("""{"tax_rate":0.20}"""), [], [], "1.0.0", "7", null, null);

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(grains => grains
        .On<ICompanyGrain>("GetModule", (_, _) => Task.FromResult<Outcome<ModuleTier>>(Tier))
        .On<ICompanyGrain>("SetModule", (_, _) => Task.FromResult<Outcome<ModuleTier>>(Tier))
        .On<ICompanyGrain>("GetConfiguration", (_, arguments) => Task.FromResult<Outcome<EffectiveConfiguration>>((string)arguments[0]! == "financial"
            ? new EffectiveConfiguration(Tier.Configuration, ImmutableSortedDictionary<string, string>.Empty.Add("tax_rate", "tenant"),
                ImmutableSortedDictionary<string, bool>.Empty, "1.0.0", "1-7")
            : new Failure(FailureCodes.ModuleNotEnabled, "off"))));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_configuration_is_answered_with_where_it_came_from()
    {
        var answer = await _gateway.Get(Path + "/configuration", TestGateway.MemberToken);
        answer.Text.ShouldStartWith("""{"configuration":{"tax_rate":0.20},"provenance":{"tax_rate":"tenant"}""");
        answer.Headers["ETag"].ShouldBe("\"1-7\"");
        answer.ContentType.ShouldBe("application/json");
    }

    [Theory]
    [InlineData("\"1-7\"", 304)]
    [InlineData("W/\"1-7\"", 304)]
    [InlineData("\"x\", \"1-7\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"x\"", 200)]
    [InlineData("nonsense", 200)]
    public async Task What_the_caller_has_already_is_not_sent_again(string tags, int status)
    {
        var answer = await _gateway.Get(Path + "/configuration", TestGateway.MemberToken, ("If-None-Match", tags));
        answer.Status.ShouldBe(status);
        answer.Headers["ETag"].ShouldBe("\"1-7\"");
        answer.Text.Length.ShouldBe(status == 304 ? 0 : answer.Text.Length);
    }

    [Fact]
    public async Task A_module_that_is_off_is_404_of_its_own_type() => (await _gateway.Get(
        "/api/v1/companies/berlin/modules/other/configuration", TestGateway.MemberToken)).ShouldBeProblem(404, "module-not-enabled");

    [Theory]
    [InlineData(null, null)]
    [InlineData("\"5\"", "5")]
    [InlineData("*", "*")]
    [InlineData("\"5\", \"7\"", "7")]
    [InlineData("\"5\", \"6\"", "none")]
    [InlineData("W/\"7\"", "none")]
    public async Task The_grain_is_handed_the_one_revision_to_check(string? header, string? revision)
    {
        var answer = await Put("{}", header);
        answer.Status.ShouldBe(200);
        answer.Headers["ETag"].ShouldBe("\"7\"");
        _gateway.Grains.CallsOf<ICompanyGrain>("SetModule").Single().Arguments[0].ShouldBeOfType<TierChange>().IfMatch.ShouldBe(revision);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"7")]
    [InlineData("*, \"7\"")]
    public async Task An_IfMatch_that_is_none_is_400(string header) => (await Put("{}", header)).ShouldRefuse("If-Match");

    [Fact]
    public async Task A_tier_is_replaced_whole()
    {
        await Put("""{"enabled":false,"configuration":{"a":1},"enabled_features":["x"]}""", null);
        var change = _gateway.Grains.CallsOf<ICompanyGrain>("SetModule").Single().Arguments[0].ShouldBeOfType<TierChange>();
        change.Enabled.ShouldBe(false);
        change.Configuration.Text.ShouldBe("""{"a":1}""");
        change.EnabledFeatures.ShouldBe(["x"]);
        change.DisabledFeatures.ShouldBeEmpty();
    }

    private Task<TestAnswer> Put(string json, string? ifMatch) => _gateway.Send(
        HttpMethod.Put, Path, TestGateway.Json(json), TestGateway.MemberToken, ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
