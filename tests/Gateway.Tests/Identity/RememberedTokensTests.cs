using System.Security.Claims;
using Buildify.Gateway.Fakes;
using Buildify.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Buildify.Gateway.Identity;

public sealed class RememberedTokensTests
{
    private readonly FakeGrains _grains = new();
    private readonly Clock _clock = new();
    private readonly SigningKeys _keys;
    private readonly RememberedTokens _tokens;

    public RememberedTokensTests()
    {
        _grains.On<ISigningKeyGrain>("GetPublicKeys", (_, _) => Task.FromResult(TestKeys.SetOf(TestGateway.Keys)));
        _keys = new SigningKeys(_grains.Factory, _clock);
        _tokens = new RememberedTokens(_keys, _clock);
    }

    [Fact]
    public void A_token_is_remembered_until_it_expires()
    {
        _tokens.Remember("t", Good(minutes: 15), _keys.Generation);
        _clock.Now += TimeSpan.FromMinutes(14);
        _tokens.Recall("t").ShouldNotBeNull();
        _clock.Now += TimeSpan.FromMinutes(1);
        _tokens.Recall("t").ShouldBeNull();
        _tokens.Recall("other").ShouldBeNull();
    }

    [Fact]
    public async Task A_token_is_checked_again_when_the_keys_have_changed()
    {
        (await _keys.Find("test-key")).ShouldNotBeNull();
        _tokens.Remember("t", Good(minutes: 15), _keys.Generation);

        _grains.On<ISigningKeyGrain>("GetPublicKeys", (_, _) => Task.FromResult(TestKeys.SetOf(new TestKeys("new"))));
        _clock.Now += TimeSpan.FromMinutes(1);
        (await _keys.Find("new")).ShouldNotBeNull();
        (await _keys.Find("test-key")).ShouldBeNull();
        _tokens.Recall("t").ShouldBeNull();
    }

    [Fact]
    public void Tokens_without_end_do_not_fill_the_memory()
    {
        for (var i = 0; i < 10_001; i++) _tokens.Remember($"t{i}", Good(minutes: 15), _keys.Generation);
        _tokens.Recall("t0").ShouldBeNull();
        _tokens.Recall("t10000").ShouldNotBeNull();
    }

    private AuthenticateResult Good(int minutes) => AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(), new AuthenticationProperties { ExpiresUtc = _clock.Now.AddMinutes(minutes) }, "Bearer"));

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
