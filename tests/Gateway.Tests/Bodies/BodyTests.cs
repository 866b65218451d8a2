using System.Text;
using System.Text.Json;
using Buildify.Gateway.Modules;
using Buildify.Tenants;

namespace Buildify.Gateway.Bodies;

public sealed class BodyTests
{
    [Fact]
    public void A_good_body_is_read()
    {
        Good<NewTenant>("""{"id":"acme","display_name":"Acme"}""").ShouldBe(new NewTenant("acme", "Acme"));
        Good<NewTenant>("""{"id":"acme","display_name":"Acme","owner_email":null}""").OwnerEmail.ShouldBeNull();
        Good<TenantChange>("""{"state":"suspended"}""").State.ShouldBe(TenantState.Suspended);
    }

    [Fact]
    public void A_number_keeps_its_digits() =>
        Good<TierBody>("""{"configuration":{"tax_rate":0.20}}""").Configuration!.Value.Json.Text.ShouldBe("""{"tax_rate":0.20}""");

    [Fact]
    public void An_unknown_field_is_named_with_the_one_it_was_meant_to_be() =>
        Bad<NewTenant>("""{"id":"a","display_name":"A","diplay_name":"B"}""")["diplay_name"]
            .ShouldBe(["unknown field 'diplay_name'; did you mean 'display_name'?"]);

    [Fact]
    public void Every_error_of_a_body_is_told_at_once()
    {
        var errors = Bad<NewTenant>("""{"id":"A B","owner_email":7,"colour":"red"}""");
        errors.Keys.ShouldBe(["id", "owner_email", "colour", "display_name"], ignoreOrder: true);
        errors["id"].ShouldBe([Slug.Rule]);
        errors["owner_email"].ShouldBe(["must be a string"]);
        errors["display_name"].ShouldBe(["is required; it must be a string"]);
    }

    [Theory]
    [InlineData("""{"id":null,"display_name":"A"}""", "id", "must be a string, not null")]
    [InlineData("""{"id":["a"],"display_name":"A"}""", "id", "must be a string")]
    public void A_value_of_the_wrong_type_is_told_what_it_must_be(string json, string field, string message) =>
        Bad<NewTenant>(json)[field].ShouldBe([message]);

    [Fact]
    public void An_enum_names_its_members()
    {
        Bad<TenantChange>("""{"state":"gone"}""")["state"].ShouldBe(["must be one of active, suspended"]);
        Bad<TenantChange>("""{"state":1}""")["state"].ShouldBe(["must be one of active, suspended"]);
    }

    [Theory]
    [InlineData("""{"configuration":[]}""", "configuration", "must be an object")]
    [InlineData("""{"configuration":"x"}""", "configuration", "must be an object")]
    [InlineData("""{"enabled_features":"x"}""", "enabled_features", "must be an array of strings")]
    [InlineData("""{"enabled_features":["a",7]}""", "enabled_features[1]", "must be a string")]
    [InlineData("""{"enabled_features":["a",null]}""", "enabled_features[1]", "must not be null")]
    public void A_tier_s_fields_are_what_they_must_be(string json, string field, string message) =>
        Bad<TierBody>(json)[field].ShouldBe([message]);

    [Theory]
    [InlineData("""{"configuration":{"a":{"b":[1,1e400]}}}""", "configuration.a.b[1]")]
    [InlineData("""{"configuration":{"a":-1e400}}""", "configuration.a")]
    public void A_number_that_no_double_holds_is_named(string json, string field) =>
        Bad<TierBody>(json).Keys.ShouldBe([field]);

    [Fact]
    public void A_number_of_a_thousand_digits_is_named() =>
        Bad<TierBody>("""{"configuration":{"a":0.""" + new string('1', 1000) + "}}").Keys.ShouldBe(["configuration.a"]);

    [Theory]
    [InlineData("""{"id":"a","id":"b","display_name":"A"}""", "id")]
    [InlineData("""{"id":"a","\u0069d":"b","display_name":"A"}""", "\\u0069d")]
    public void A_field_twice_is_refused(string json, string field) => Bad<NewTenant>(json)[field].ShouldBe(["is there twice"]);

    [Fact]
    public void A_key_twice_anywhere_in_a_configuration_is_refused() =>
        Bad<TierBody>("""{"configuration":{"a":[{"b":1,"b":2}]}}""")["configuration.a[0].b"].ShouldBe(["is there twice"]);

    [Theory]
    [InlineData("""{"configuration":{"a":["x","\u0000"]}}""", "configuration.a[1]")]
    [InlineData("""{"configuration":{"a\u0000b":1}}""", "configuration.a\\u0000b")]
    [InlineData("""{"configuration":{"a":"\\\u0000"}}""", "configuration.a")]
    public void A_NUL_is_refused_where_it_stands(string json, string field)
    {
        var errors = Bad<TierBody>(json);
        errors.Keys.ShouldBe([field]);
        errors[field].Single().ShouldContain("U+0000");
    }

    [Theory]
    [InlineData("""{"configuration":{"a":"\ud800"}}""")]
    [InlineData("""{"configuration":{"a":"\udc00"}}""")]
    [InlineData("""{"configuration":{"a":"\ud800\ud800"}}""")]
    [InlineData("""{"configuration":{"a":"\ud800x"}}""")]
    [InlineData("""{"configuration":{"a":"\ud83d\\ude00"}}""")]
    public void Half_of_a_surrogate_pair_is_refused(string json) =>
        Bad<TierBody>(json)["configuration.a"].Single().ShouldContain("surrogate");

    [Theory]
    [InlineData("""{"configuration":{"a":"\ud83d\ude00"}}""")]
    [InlineData("""{"configuration":{"a":"\\u0000"}}""")]
    [InlineData("""{"configuration":{"a":"\u00e4"}}""")]
    public void Other_escapes_are_taken(string json) => Good<TierBody>(json).Configuration.ShouldNotBeNull();

    [Fact]
    public void Depth_is_bounded()
    {
        Good<TierBody>(Nested(BuildifyJson.MaxDepth - 2));
        Refusal<TierBody>(Nested(BuildifyJson.MaxDepth)).Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_text_of_nothing_but_brackets_is_refused_without_following_it() =>
        Refusal<TierBody>(new string('[', 100_000)).Detail.ShouldContain("deep");

    [Theory]
    [InlineData("{")]
    [InlineData("{\"id\":\"a\",}")]
    [InlineData("{\"id\":\"a\"} x")]
    [InlineData("// a\n{}")]
    [InlineData("{\"id\":\"\u0000\"}")]
    [InlineData("{\"id\":\"\\x\"}")]
    [InlineData("\uFEFF{}")]
    public void What_is_no_JSON_is_malformed(string text)
    {
        var refusal = Refusal<NewTenant>(text);
        refusal.Type.Code.ShouldBe("malformed");
        refusal.Detail.ShouldContain("line");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    public void A_body_that_is_no_object_is_refused(string json) => Bad<NewTenant>(json)["$"].ShouldBe(["must be an object"]);

    [Fact]
    public void A_made_up_name_is_not_handed_back_at_any_length() =>
        Bad<NewTenant>($$"""{"id":"a","display_name":"A","{{new string('x', 10_000)}}":1}""").Keys.Single().Length.ShouldBeLessThan(200);

    [Fact]
    public void An_answer_names_a_hundred_errors_at_most() => Refusal<NewTenant>(
        $$"""{{{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"field{i}\":1"))}}}""").Errors.Length.ShouldBeLessThanOrEqualTo(110);

    private static string Nested(int levels) =>
        $$"""{"configuration":{{string.Concat(Enumerable.Repeat("{\"a\":", levels))}}1{{new string('}', levels)}}}""";

    private static T Good<T>(string json)
    {
        var body = Body.Read<T>(Encoding.UTF8.GetBytes(json));
        body.IsRefused(out var refusal).ShouldBeFalse(refusal is null ? "" : JsonSerializer.Serialize(refusal.Errors));
        return body.Value;
    }

    private static Gateway.Problems.Problem Refusal<T>(string json)
    {
        Body.Read<T>(Encoding.UTF8.GetBytes(json)).IsRefused(out var refusal).ShouldBeTrue();
        return refusal!;
    }

    private static Dictionary<string, string[]> Bad<T>(string json) => Refusal<T>(json).Errors
        .GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray());
}
