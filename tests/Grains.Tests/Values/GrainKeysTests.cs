namespace Buildify;

public class GrainKeysTests
{
    [Theory]
    [InlineData("tenant:acme", "acme")]
    [InlineData("acme/berlin", "acme")]
    [InlineData("acme/user/key:with/marks", "acme")]
    [InlineData("module:financial", null)]
    [InlineData("user:a/b@example.com", null)]
    [InlineData("platform:", null)]
    [InlineData("platform:/user/key", null)]
    [InlineData("bare", null)]
    [InlineData("/berlin", null)]
    public void The_tenant_of_a_key_is_the_part_that_says_so(string key, string? tenant) => GrainKeys.TenantOf(key).ShouldBe(tenant);

    [Theory]
    [InlineData("acme", "u1", "a/b:c", "acme/u1")]
    [InlineData(null, "u1", "k", "platform:/u1")]
    public void A_client_s_key_comes_out_of_the_grain_key_as_it_went_in(string? tenant, string subject, string key, string scope) =>
        GrainKeys.IdempotencyScope(GrainKeys.Idempotency(tenant, subject, key)).ShouldBe((scope, key));
}
