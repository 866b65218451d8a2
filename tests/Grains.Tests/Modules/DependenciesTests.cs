using System.Collections.Immutable;
using Buildify.Modules.Manifests;

namespace Buildify.Modules;

public class DependenciesTests
{
    [Fact]
    public void A_plan_turns_on_what_is_needed_before_what_needs_it()
    {
        var (order, problems) = Dependencies.Plan("shop", Installed(("shop", ["stock", "ledger"]), ("stock", ["ledger"]), ("ledger", [])));

        problems.ShouldBeEmpty();
        order.ShouldBe(["ledger", "stock", "shop"]);
    }

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        var modules = Installed(("shop", ["stock", "ledger", "mail"]), ("ledger", []));
        modules["ledger"] = modules["ledger"] with { Version = "2.0.0" };

        Dependencies.Plan("shop", modules).Problems.ShouldBe(
        [
            "shop needs ledger ^1.0, and 2.0.0 is installed",
            "shop needs mail ^1.0, which is not installed",
            "shop needs stock ^1.0, which is not installed",
        ]);
    }

    [Fact]
    public void A_cycle_is_found_however_long_and_named_from_end_to_end()
    {
        var installed = Installed(("b", ["c"]), ("c", ["a"]));

        Dependencies.CycleThrough(Node("a", ["b"]), installed).ShouldBe(["a", "b", "c", "a"]);
        Dependencies.CycleThrough(Node("d", ["b"]), installed).ShouldBeEmpty();
    }

    [Fact]
    public void A_new_version_is_held_against_the_others_not_against_its_own_old_dependencies() =>
        Dependencies.CycleThrough(Node("a", []), Installed(("a", ["b"]), ("b", []))).ShouldBeEmpty();

    [Fact]
    public void Core_is_the_platform_and_needs_no_plan() =>
        Dependencies.Plan("ledger", Installed(("ledger", ["core"]))).Order.ShouldBe(["ledger"]);

    private static Dictionary<string, ModuleNode> Installed(params (string Name, string[] Needs)[] modules) =>
        modules.ToDictionary(module => module.Name, module => Node(module.Name, module.Needs));

    private static ModuleNode Node(string name, string[] needs) =>
        new(name, "1.0.0", needs.ToImmutableSortedDictionary(need => need, _ => "^1.0", StringComparer.Ordinal));
}
