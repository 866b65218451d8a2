using Buildify.Gateway.Fakes;
using Buildify.Modules;

namespace Buildify.Gateway.Forwarding;

public sealed class AdmissionTests : IAsyncLifetime
{
    private ForwardingGateway _gateway = null!;
    private int _asked;

    public async Task InitializeAsync() => _gateway = await ForwardingGateway.Start(_ =>
    {
        Interlocked.Increment(ref _asked);
        return Task.CompletedTask;
    });

    public async Task DisposeAsync()
    {
        _asked.ShouldBe(0);
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_is_forwarded_without_a_token() => (await _gateway.Gateway.Get("/api/v1/legacy")).ShouldBeProblem(401, "unauthorized");

    [Fact]
    public async Task Nobody_is_forwarded_for_a_tenant_that_is_suspended() =>
        (await _gateway.Gateway.Get("/api/v1/legacy", TestGateway.Keys.Sign("bob", "closed"))).ShouldBeProblem(403, "tenant-suspended");

    [Theory]
    [InlineData("")]
    [InlineData("?company_id=berlin")]
    public async Task A_module_that_is_off_is_404_of_its_own_type(string query)
    {
        _gateway.Module.Enabled = false;
        (await _gateway.Get("/api/v1/legacy/x" + query)).ShouldBeProblem(404, "module-not-enabled");
    }

    [Fact]
    public async Task A_module_that_is_off_for_the_company_is_404_too() =>
        (await _gateway.Get("/api/v1/legacy/x?company_id=paris")).ShouldBeProblem(404, "module-not-enabled");

    [Fact]
    public async Task A_company_that_can_be_nobody_s_is_named() => (await _gateway.Get("/api/v1/legacy/x?company_id=No%20Slug")).ShouldRefuse("company_id");

    [Fact]
    public async Task A_module_that_failed_is_503()
    {
        _gateway.Module.State = ModuleState.Failed;
        (await _gateway.Get()).ShouldBeProblem(503, "module-unavailable");
    }

    [Fact]
    public async Task A_path_that_only_begins_like_the_module_s_is_nobody_s() => (await _gateway.Get("/api/v1/legacyx")).ShouldBeProblem(404, "not-found");
}
