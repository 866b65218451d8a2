namespace Buildify.Isolation;

public class TenantBoundaryTests
{
    /// <summary>Who may call whom: a grain its own tenant's grains and the platform's, the platform's any.</summary>
    [Theory]
    [InlineData("tenant:acme", "tenant:acme", true)]
    [InlineData("tenant:acme", "acme/berlin", true)]
    [InlineData("acme/berlin", "tenant:acme", true)]
    [InlineData("acme/berlin", "acme/paris", true)]
    [InlineData("acme/berlin", "module:financial", true)]
    [InlineData("module:financial", "tenant:acme", true)]
    [InlineData("user:x@example.com", "platform:", true)]
    [InlineData("tenant:acme", "tenant:umbrella", false)]
    [InlineData("tenant:acme", "umbrella/berlin", false)]
    [InlineData("acme/berlin", "umbrella/berlin", false)]
    [InlineData("acme/berlin", "tenant:umbrella", false)]
    [InlineData("tenant:acme", "acme2/berlin", false)]
    [InlineData("tenant:acme-2", "tenant:acme", false)]
    public void A_call_is_admitted_or_refused_by_the_two_keys(string source, string target, bool admitted) =>
        TenantBoundary.Admits(source, target).ShouldBe(admitted);
}
