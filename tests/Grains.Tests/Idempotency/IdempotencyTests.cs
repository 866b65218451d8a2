using System.Text.Json;
using Buildify.Tenants;

namespace Buildify.Idempotency;

[Collection(nameof(Platform))]
public class IdempotencyTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_key_is_claimed_used_and_answered_again()
    {
        var (grain, stamp) = NewKey();
        var id = PlatformFixture.NewId("t");

        var first = await grain.Begin(stamp.Fingerprint, module: null);
        first.Verdict.ShouldBe(IdempotencyVerdict.Proceed);
        (await grain.Begin(stamp.Fingerprint, module: null)).Verdict.ShouldBe(IdempotencyVerdict.InProgress);
        var created = (await platform.Tenant(id).Create(new NewTenant(id, "Once"), PlatformFixture.Caller, stamp)).Value!;
        await grain.End(first.Claim);

        var again = await grain.Begin(stamp.Fingerprint, module: null);
        again.Verdict.ShouldBe(IdempotencyVerdict.Replay);
        JsonSerializer.Deserialize<Tenant>(again.Response!.Value.Text, BuildifyJson.Options)!.Id.ShouldBe(created.Id);
        (await grain.Begin("another request", module: null)).Verdict.ShouldBe(IdempotencyVerdict.Mismatch);
    }

    [Fact]
    public async Task A_request_that_failed_leaves_the_key_free()
    {
        var (grain, stamp) = NewKey();
        var id = PlatformFixture.NewId("t");

        var first = await grain.Begin(stamp.Fingerprint, module: null);
        (await platform.Tenant(id).Create(new NewTenant(id, " "), PlatformFixture.Caller, stamp)).Failure!.Code.ShouldBe(FailureCodes.Invalid);
        await grain.End(first.Claim);

        (await grain.Begin(stamp.Fingerprint, module: null)).Verdict.ShouldBe(IdempotencyVerdict.Proceed);
    }

    [Fact]
    public async Task Where_the_claim_was_lost_the_table_still_lets_one_of_two_effects_commit()
    {
        var (_, stamp) = NewKey();
        string[] ids = [.. Enumerable.Range(0, 8).Select(_ => PlatformFixture.NewId("t"))];

        var outcomes = await Task.WhenAll(ids.Select(id => platform.Tenant(id).Create(new NewTenant(id, "One of many"), PlatformFixture.Caller, stamp)));

        outcomes.Count(outcome => outcome.Succeeded).ShouldBe(1);
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Failure!.Code == FailureCodes.IdempotencyConflict);
        var there = await Task.WhenAll(ids.Select(id => platform.Tenant(id).Get()));
        there.Count(tenant => tenant is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_of_yesterday_is_forgotten()
    {
        var (grain, stamp) = NewKey();
        var id = PlatformFixture.NewId("t");
        await platform.Tenant(id).Create(new NewTenant(id, "Yesterday"), PlatformFixture.Caller, stamp);
        await platform.Platform.Database.ExecuteAsync(
            "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE scope = $1 AND key = $2", stamp.Scope, stamp.Key);

        (await grain.Begin(stamp.Fingerprint, module: null)).Verdict.ShouldBe(IdempotencyVerdict.Proceed);
        var next = PlatformFixture.NewId("t");
        (await platform.Tenant(next).Create(new NewTenant(next, "Today"), PlatformFixture.Caller, stamp)).Failure.ShouldBeNull();
    }

    private (IIdempotencyGrain Grain, IdempotencyStamp Stamp) NewKey()
    {
        var key = Guid.NewGuid().ToString();
        var grain = platform.Grains.GetGrain<IIdempotencyGrain>(GrainKeys.Idempotency(tenant: null, "tester", key));
        return (grain, new IdempotencyStamp(GrainKeys.IdempotencyScope(tenant: null, "tester"), key, "fingerprint", 201));
    }
}
