using System.Text.Json;
using Buildify.Modules.Configuration;
using FsCheck.Fluent;

namespace Buildify.Modules;

public class ConfigurationMergeTests
{
    [Fact]
    public void The_guide_s_worked_example_holds_to_the_letter()
    {
        var (configuration, provenance) = Merge(
            """{"currency":"USD","tax_rate":0,"invoice_prefix":"INV"}""",
            """{"currency":"EUR","tax_rate":0.20}""",
            """{"tax_rate":0.19,"invoice_prefix":"DE-INV"}""");

        configuration.ShouldBe("""{"currency":"EUR","tax_rate":0.19,"invoice_prefix":"DE-INV"}""");
        provenance.ShouldBe(new Dictionary<string, string> { ["currency"] = "tenant", ["invoice_prefix"] = "company", ["tax_rate"] = "company" }, ignoreOrder: true);
    }

    [Fact]
    public void Objects_merge_key_by_key_and_each_value_tells_its_own_tier()
    {
        var (configuration, provenance) = Merge(
            """{"mail":{"from":"a@x","retries":3}}""", """{"mail":{"from":"b@x"}}""", """{"mail":{"signature":{"text":"Hi"}}}""");

        configuration.ShouldBe("""{"mail":{"from":"b@x","retries":3,"signature":{"text":"Hi"}}}""");
        provenance["mail.from"].ShouldBe("tenant");
        provenance["mail.retries"].ShouldBe("module");
        provenance["mail.signature.text"].ShouldBe("company");
    }

    [Theory]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":5}""", """{"a":5}""")]
    [InlineData("""{"a":5}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":5}""", """{"a":{}}""", """{"a":{}}""")]
    public void Arrays_and_scalars_replace_and_so_does_a_change_of_kind(string module, string tenant, string merged) =>
        Merge(module, tenant, "{}").Configuration.ShouldBe(merged);

    [Fact]
    public void A_null_is_as_if_the_key_were_not_there_also_inside_objects()
    {
        var (configuration, provenance) = Merge("""{"a":1,"o":{"x":1},"gone":null}""", """{"a":null,"o":{"x":null,"y":null}}""", """{"a":null}""");

        configuration.ShouldBe("""{"a":1,"o":{"x":1}}""");
        provenance["a"].ShouldBe("module");
        provenance["o.x"].ShouldBe("module");
    }

    [Fact]
    public void A_null_inside_an_array_is_a_value() => Merge("{}", """{"a":[null]}""", "{}").Configuration.ShouldBe("""{"a":[null]}""");

    [Fact]
    public void Numbers_keep_their_digits() =>
        Merge("""{"rate":0.20,"big":12345678901234567890.123456789}""", "{}", "{}").Configuration
            .ShouldBe("""{"rate":0.20,"big":12345678901234567890.123456789}""");

    [Fact]
    public void Every_value_of_the_result_has_a_provenance_whatever_the_tiers() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Arb.From(Gen.ArrayOf(Tier, 3)),
        tiers =>
        {
            var (configuration, provenance) = Merge(tiers[0], tiers[1], tiers[2]);
            using var document = JsonDocument.Parse(configuration);
            Leaves(document.RootElement, "").Order(StringComparer.Ordinal).ShouldBe(provenance.Keys.Order(StringComparer.Ordinal));
        }));

    private static FsCheck.Gen<string> Tier => Gen.Elements(
        "{}", """{"a":1}""", """{"a":null}""", """{"a":{}}""", """{"a":{"b":1,"c":{}}}""", """{"a":{"b":{"d":[1]}},"e":true}""", """{"e":null,"a":{"b":null}}""");

    private static IEnumerable<string> Leaves(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object && (path.Length == 0 || element.EnumerateObject().Any())
            ? element.EnumerateObject().SelectMany(property => Leaves(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}"))
            : [path];

    private static (string Configuration, IReadOnlyDictionary<string, string> Provenance) Merge(string module, string tenant, string company)
    {
        var (configuration, provenance) = ConfigurationMerge.Merge(
            ("module", new JsonText(module)), ("tenant", new JsonText(tenant)), ("company", new JsonText(company)));
        return (configuration.Text, provenance);
    }
}
