using System.Buffers;
using System.Collections.Immutable;
using System.Net.Mime;
using System.Text;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Identity;
using Buildify.Operations;
using Buildify.Validation;

namespace Buildify.Gateway.Identity;

/// <summary>Signing in. Users, refreshing, invitations and the like belong beside this, a file each.</summary>
internal static class AuthHandlers
{
    private const int MaxPassword = 1024;
    private const int MaxEmail = 254;

    private static readonly SearchValues<char> NoEmail = SearchValues.Create(" \t\r\n\"/");

    public static void MapPublicKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/.well-known/jwks.json", PublicKeys).AllowAnonymous().WithTags("Auth").Gives<JsonText>()
            .Describe("publicKeys", "The public keys that tokens are signed with, as a JSON Web Key Set (RFC 7517).");

    public static async Task<IResult> SignIn(OperationCall call)
    {
        var body = await call.Body<SignInRequest>();
        if (body.IsRefused(out var refusal, out var request)) return refusal;

        // What cannot be anybody's is refused in the words for what is nobody's.
        if (!IsEmail(request.Email) || request.Password.Length > MaxPassword) return WrongCredentials();

        var user = call.Grains.GetGrain<IUserGrain>(GrainKeys.User(EmailAddress.Normalize(request.Email)));
        var outcome = await call.Within(user.SignIn(request.Password, request.Tenant));
        if (!outcome.Succeeded) return outcome.Failure.Code == FailureCodes.BadCredentials ? WrongCredentials() : Problem.Of(outcome.Failure);

        var signedIn = outcome.Value;
        return Answer.Json(new TokenAnswer(signedIn.AccessToken, "Bearer", signedIn.ExpiresInSeconds, RefreshToken: null, signedIn.Tenant));
    }

    public static Task<IResult> Me(OperationCall call)
    {
        var user = call.Http.User;
        var roles = user.FindAll(Principals.RolesClaim).Select(claim => claim.Value);
        return Task.FromResult(Answer.Json(new MeAnswer(user.Subject(), user.Tenant(), [.. roles])));
    }

    private static async Task<IResult> PublicKeys(HttpContext http, SigningKeys keys) =>
        Results.Text((await keys.GetJson().Within(http)).Text, MediaTypeNames.Application.Json, Encoding.UTF8);

    private static Problem WrongCredentials() => Problem.Of(FailureCodes.BadCredentials, "The e-mail address or the password is wrong.");

    private static bool IsEmail(string text)
    {
        var email = text.AsSpan().Trim();
        var at = email.LastIndexOf('@');
        return email.Length <= MaxEmail && at > 0 && at < email.Length - 1 && !email.ContainsAny(NoEmail) && email.IndexOf('@') == at;
    }
}

/// <param name="Tenant">Which tenant the token is for, where the user is a member of several.</param>
/// <param name="Code">The second factor, where the user has one.</param>
internal sealed record SignInRequest(string Email, string Password, [property: SlugRule] string? Tenant = null, string? Code = null);

internal sealed record TokenAnswer(string AccessToken, string TokenType, int ExpiresIn, string? RefreshToken, string? Tenant);

internal sealed record MeAnswer(string Subject, string? Tenant, ImmutableArray<string> Roles);
