using Buildify.Directories;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Flags;

[Collection(nameof(Platform))]
public class FlagTests(PlatformFixture platform)
{
    [Fact]
    public async Task On_with_nobody_named_is_on_for_all_and_off_for_all_is_off()
    {
        var flag = Flag();
        (await flag.StateFor("acme", null)).ShouldBe(new FlagState(Name(flag), false, FlagReason.Unknown));
        (await flag.Set(new(Enabled: true), null, PlatformFixture.Caller)).Value!.Percentage.ShouldBe(100);
        (await flag.StateFor("acme", null)).On.ShouldBeTrue();
        await flag.Set(new(Enabled: false, Tenants: ["acme"]), null, PlatformFixture.Caller);
        (await flag.StateFor("acme", null)).ShouldBe(new FlagState(Name(flag), false, FlagReason.Disabled));
    }

    [Fact]
    public async Task Who_is_named_is_meant_alone()
    {
        var flag = Flag();
        (await flag.Set(new(Enabled: true, Tenants: ["acme"], Companies: ["other/berlin"]), null, PlatformFixture.Caller)).Value!.Percentage.ShouldBe(0);
        (await flag.StateFor("acme", "anything")).Reason.ShouldBe(FlagReason.Tenant);
        (await flag.StateFor("other", "berlin")).Reason.ShouldBe(FlagReason.Company);
        (await flag.StateFor("other", "paris")).Reason.ShouldBe(FlagReason.NotTargeted);
        (await flag.StateFor("other", null)).On.ShouldBeFalse();
    }

    [Fact]
    public async Task A_flag_that_was_removed_is_off_and_its_revisions_go_on()
    {
        var flag = Flag();
        var first = (await flag.Set(new(Enabled: true), null, PlatformFixture.Caller)).Value!;
        (await flag.Set(new(Enabled: true), ifMatch: "9", PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
        (await flag.Remove(first.Revision, PlatformFixture.Caller)).Failure.ShouldBeNull();
        (await flag.Get()).ShouldBeNull();
        (await flag.StateFor("acme", null)).Reason.ShouldBe(FlagReason.Unknown);
        (await flag.Remove(null, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.NotFound);
        (await flag.Set(new(Enabled: true), first.Revision, PlatformFixture.Caller)).Failure!.Code.ShouldBe(FailureCodes.Stale);
        (await flag.Set(new(Enabled: true), null, PlatformFixture.Caller)).Value!.Revision.ShouldNotBe(first.Revision);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_flag_is_told_at_once()
    {
        var change = new FlagChange(true, 101, Tenants: ["No Slug"], Companies: ["berlin"], Description: new string('x', 501));
        (await Flag().Set(change, null, PlatformFixture.Caller)).Failure!.Errors.Select(error => error.Field)
            .ShouldBe(["percentage", "tenants", "companies", "description"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_list_holds_each_flag_as_its_grain_answers_it()
    {
        var (kept, gone) = (Flag(), Flag());
        var set = (await kept.Set(new(true, 40, FlagUnit.Companies, ["acme"], ["other/berlin"], "what for"), null, PlatformFixture.Caller)).Value!;
        await gone.Set(new(true), null, PlatformFixture.Caller);
        await gone.Remove(null, PlatformFixture.Caller);

        var listed = (await platform.Grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Flags(new PageRequest(500))).Value!.Items;
        var found = listed.Single(flag => flag.Name == set.Name);
        (found with { Tenants = set.Tenants, Companies = set.Companies, UpdatedAt = set.UpdatedAt }).ShouldBe(set);
        (found.Tenants.Single(), found.Companies.Single()).ShouldBe(("acme", "other/berlin"));
        listed.ShouldNotContain(flag => flag.Name == Name(gone));
    }

    [Fact]
    public async Task Whoever_is_injected_with_flags_hears_the_last_answer()
    {
        await using var services = new ServiceCollection().AddSingleton(platform.Grains).AddFeatureFlags().BuildServiceProvider();
        var (flags, flag) = (services.GetRequiredService<IFeatureFlags>(), Flag());
        (await flags.IsOn(Name(flag), "acme")).ShouldBeFalse();
        await flag.Set(new(true, Companies: ["acme/berlin"]), null, PlatformFixture.Caller);
        (await flags.IsOn(Name(flag), "acme", "berlin")).ShouldBeTrue();
        (await flags.IsOn(Name(flag), "acme")).ShouldBeFalse();
    }

    private IFlagGrain Flag() => platform.Grains.GetGrain<IFlagGrain>(GrainKeys.Flag(PlatformFixture.NewId("flag")));

    private static string Name(IFlagGrain flag) => flag.GetPrimaryKeyString()["flag:".Length..];
}
