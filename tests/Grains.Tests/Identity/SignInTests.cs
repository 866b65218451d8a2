using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Identity;

[Collection(nameof(Platform))]
public class SignInTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_token_is_good_by_the_published_keys_and_says_who_it_is_for()
    {
        var user = await NewUser("right");
        var signedIn = (await user.SignIn("right", "acme")).Value!;

        var token = await Validate(signedIn.AccessToken);

        token.IsValid.ShouldBeTrue();
        token.Claims["sub"].ShouldBe(signedIn.Subject);
        token.Claims["tenant"].ShouldBe("acme");
        token.Claims["roles"].ShouldBe(TokenClaims.PlatformAdministrator);
    }

    [Fact]
    public async Task A_token_that_was_changed_is_not_good()
    {
        var token = (await (await NewUser("right")).SignIn("right", tenant: null)).Value!.AccessToken;
        var parts = token.Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace(TokenClaims.Issuer, "evil", StringComparison.Ordinal);

        (await Validate($"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}")).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task An_unknown_user_and_a_wrong_password_are_refused_in_the_same_words()
    {
        var wrong = (await (await NewUser("right")).SignIn("wrong", tenant: null)).Failure!;
        var unknown = (await platform.Grains.GetGrain<IUserGrain>(GrainKeys.User("nobody@example.com")).SignIn("wrong", tenant: null)).Failure!;

        wrong.Code.ShouldBe(FailureCodes.BadCredentials);
        unknown.Detail.ShouldBe(wrong.Detail);
    }

    [Fact]
    public async Task An_administrator_who_exists_is_not_made_again()
    {
        var user = await NewUser("first");

        (await user.Bootstrap("second")).ShouldBeFalse();

        (await user.SignIn("second", tenant: null)).Failure!.Code.ShouldBe(FailureCodes.BadCredentials);
    }

    [Fact]
    public async Task The_private_half_of_the_key_is_not_published() =>
        (await Keys().GetPublicKeys()).Text.ShouldNotContain("\"d\"");

    private async Task<IUserGrain> NewUser(string password)
    {
        var user = platform.Grains.GetGrain<IUserGrain>(GrainKeys.User($"{PlatformFixture.NewId("u")}@example.com"));
        (await user.Bootstrap(password)).ShouldBeTrue();
        return user;
    }

    private ISigningKeyGrain Keys() => platform.Grains.GetGrain<ISigningKeyGrain>(GrainKeys.Platform);

    private async Task<TokenValidationResult> Validate(string token) => await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = TokenClaims.Issuer,
        ValidAudience = TokenClaims.Issuer,
        IssuerSigningKeys = new JsonWebKeySet((await Keys().GetPublicKeys()).Text).GetSigningKeys(),
    });
}
