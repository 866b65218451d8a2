using Buildify.Gateway.Fakes;
using Buildify.Identity;

namespace Buildify.Gateway.Identity;

public sealed class SignInTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.Start(grains => grains.On<IUserGrain>("SignIn", (key, arguments) =>
        Task.FromResult<Outcome<SignedIn>>(key == "user:bob@example.com" && (string)arguments[0]! == "right"
            ? new SignedIn("bob", "the-token", 900, (string?)arguments[1], [])
            : new Failure(FailureCodes.BadCredentials, "Words of the grain."))));

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_right_password_gives_a_token()
    {
        var answer = await SignIn("""{"email":" Bob@Example.com","password":"right","tenant":"acme"}""");
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBe("""{"access_token":"the-token","token_type":"Bearer","expires_in":900,"refresh_token":null,"tenant":"acme"}""");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task Whatever_is_wrong_is_refused_in_the_same_words()
    {
        string[] bodies =
        [
            """{"email":"bob@example.com","password":"wrong"}""",
            """{"email":"nobody@example.com","password":"right"}""",
            """{"email":"no address","password":"right"}""",
            """{"email":"","password":""}""",
            $$"""{"email":"bob@example.com","password":"{{new string('x', 5000)}}"}""",
        ];
        var details = new HashSet<string>();
        foreach (var body in bodies)
        {
            var answer = await SignIn(body);
            details.Add(answer.ShouldBeProblem(401, "bad-credentials").GetProperty("detail").GetString()!);
            answer.Headers["WWW-Authenticate"].ShouldBe("Bearer");
        }
        details.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_is_wrong_is_told_how() =>
        (await SignIn("""{"mail":"bob@example.com","password":7,"tenant":"No Slug"}""")).ShouldRefuse("mail", "email", "password", "tenant");

    [Fact]
    public async Task No_password_is_in_the_log()
    {
        await SignIn("""{"email":"bob@example.com","password":"hunter2"}""");
        _gateway.Log.Lines.ShouldAllBe(line => !line.Line.Contains("hunter2"));
    }

    private Task<TestAnswer> SignIn(string json) => _gateway.Post("/api/v1/auth/token", json);
}
