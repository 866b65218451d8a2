using FsCheck;
using FsCheck.Fluent;

namespace Buildify;

public class TargetingTests
{
    private static readonly Gen<string> Slugs =
        from length in Gen.Choose(1, 12)
        from letters in Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789".ToCharArray()).ArrayOf(length)
        select new string(letters);

    [Fact]
    public void A_place_is_the_same_in_every_process_and_version()
    {
        // Written down once: were they to change, every percentage would choose others.
        Targeting.Place("route:financial", "acme").ShouldBe(6888);
        Targeting.Place("flag:new-ledger", "acme/berlin").ShouldBe(871);
    }

    [Fact]
    public void Raising_a_percentage_only_adds() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        (from salt in Slugs from tenant in Slugs from low in Gen.Choose(0, 100) from high in Gen.Choose(low, 100) select (salt, tenant, low, high)).ToArbitrary(),
        input => !Takes(input.low, input.salt, input.tenant) || Takes(input.high, input.salt, input.tenant)));

    [Fact]
    public void None_is_none_and_all_is_all() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        (from salt in Slugs from tenant in Slugs select (salt, tenant)).ToArbitrary(),
        input => !Takes(0, input.salt, input.tenant) && Takes(100, input.salt, input.tenant)));

    [Fact]
    public void Who_is_named_is_taken_whatever_the_percentage_is() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        (from tenant in Slugs from company in Slugs from percentage in Gen.Choose(0, 100) select (tenant, company, percentage)).ToArbitrary(),
        input => Targeting.Decide(new Target(input.percentage, [input.tenant], []), "x", input.tenant, null) == TargetReason.Tenant
            && Targeting.Decide(new Target(input.percentage, [], [$"{input.tenant}/{input.company}"]), "x", input.tenant, input.company) == TargetReason.Company));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_percentage_takes_about_that_part_of_all(int percentage)
    {
        const int All = 20_000;
        var taken = Enumerable.Range(0, All).Count(i => Takes(percentage, "route:financial", $"tenant-{i}"));
        // Five standard deviations of a binomial distribution.
        var deviation = Math.Sqrt(All * (percentage / 100d) * (1 - percentage / 100d));
        ((double)taken).ShouldBe(All * percentage / 100d, 5 * deviation);
    }

    [Fact]
    public void Two_things_with_one_percentage_do_not_choose_the_same_tenants()
    {
        var both = Enumerable.Range(0, 10_000).Count(i => Takes(50, "route:a", $"tenant-{i}") && Takes(50, "route:b", $"tenant-{i}"));
        both.ShouldBeInRange(2_200, 2_800);
    }

    [Fact]
    public void Of_companies_each_has_a_place_of_its_own_and_else_the_tenant_s()
    {
        var target = new Target(50, [], [], OfCompanies: true);
        Enumerable.Range(0, 100).Select(i => Targeting.Decide(target, "x", "acme", $"c{i}")).Distinct().Count().ShouldBe(2);
        Enumerable.Range(0, 100).Select(i => Targeting.Decide(target with { OfCompanies = false }, "x", "acme", $"c{i}")).Distinct().Count().ShouldBe(1);
    }

    private static bool Takes(int percentage, string salt, string tenant) =>
        Targeting.Decide(new Target(percentage, [], []), salt, tenant, company: null) != TargetReason.None;
}
