using Buildify.Specs.Model;

namespace Buildify.Specs.Reading;

public class FieldsTests
{
    [Theory]
    [InlineData("string", "string")]
    [InlineData("text?", "string?")]
    [InlineData("integer", "int")]
    [InlineData("long", "long")]
    [InlineData("number", "decimal")]
    [InlineData("float", "decimal")]
    [InlineData("double", "decimal")]
    [InlineData("boolean", "bool")]
    [InlineData("date", "date")]
    [InlineData("datetime", "timestamp")]
    [InlineData("guid", "uuid")]
    [InlineData("json", "json")]
    [InlineData("slug", "slug")]
    [InlineData("display_name", "display_name")]
    [InlineData("Kind", "Kind")]
    [InlineData("Line?", "Line?")]
    [InlineData("list[string]", "list[string]")]
    [InlineData("list<Line>", "list[Line]")]
    [InlineData("int[]", "list[int]")]
    [InlineData("int[]?", "list[int]?")]
    [InlineData("map[decimal]", "map[decimal]")]
    [InlineData("map<string, decimal>", "map[decimal]")]
    [InlineData("map[ string , list[int] ]?", "map[list[int]]?")]
    public void Types_have_several_spellings(string written, string read)
    {
        var field = Field(written);

        $"{Scalars.Name(field.Type)}{(field.Optional ? "?" : "")}".ShouldBe(read);
    }

    [Theory]
    [InlineData("{ type: list, of: Line }", "list[Line]")]
    [InlineData("{ type: \"list?\", of: Line }", "list[Line]?")]
    [InlineData("{ type: map, of: \"int[]\" }", "map[list[int]]")]
    [InlineData("{ type: enum, values: [a, b] }", "LineOneField")]
    [InlineData("{ type: \"enum?\", values: [a, b] }", "LineOneField?")]
    public void A_list_a_map_and_an_enum_may_be_spelled_out(string written, string read)
    {
        var field = Field(written);

        $"{Scalars.Name(field.Type)}{(field.Optional ? "?" : "")}".ShouldBe(read);
    }

    [Theory]
    [InlineData("{ type: int, ge: 1, le: 5 }", "1 5 - - -")]
    [InlineData("{ type: decimal, min: 0.5, max: 1e3 }", "0.5 1000 - - -")]
    [InlineData("{ type: string, length: 3 }", "- - 3 3 -")]
    [InlineData("{ type: string, length: [0, 20], pattern: \"a+\" }", "- - 0 20 a+")]
    [InlineData("{ type: \"string[]\", min_length: 1, max_length: 2 }", "- - 1 2 -")]
    public void Bounds_have_several_spellings(string written, string read)
    {
        var field = Field(written);

        string.Join(' ', new object?[] { field.Min, field.Max, field.MinLength, field.MaxLength, field.Pattern }.Select(b => b ?? "-")).ShouldBe(read);
    }

    [Theory]
    [InlineData("{ type: string, default: EUR }", "\"EUR\"")]
    [InlineData("{ type: string, default: 'a \"b\" ä' }", "\"a \\\"b\\\" ä\"")]
    [InlineData("{ type: decimal, default: 0.190 }", "0.190")]
    [InlineData("{ type: long, default: 5000000000 }", "5000000000")]
    [InlineData("{ type: bool, default: true }", "true")]
    [InlineData("{ type: date, default: 2026-01-31 }", "\"2026-01-31\"")]
    [InlineData("{ type: timestamp, default: 2026-01-31T12:00:00Z }", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("{ type: timestamp, default: 2026-01-31T12:00:00.5+02:00 }", "\"2026-01-31T12:00:00.5+02:00\"")]
    [InlineData("{ type: uuid, default: 0D7BE1C2-98A8-4F0A-8D3B-5E0A8A1F6A11 }", "\"0d7be1c2-98a8-4f0a-8d3b-5e0a8a1f6a11\"")]
    [InlineData("{ type: \"int[]\", default: [] }", "[]")]
    [InlineData("{ type: \"map[int]\", default: { a: 1 } }", "{\"a\":1}")]
    [InlineData("{ type: json, default: { a: [1, x, true, null, \"2\"] } }", "{\"a\":[1,\"x\",true,null,\"2\"]}")]
    [InlineData("{ type: Kind, default: big }", "\"big\"")]
    [InlineData("{ type: string, default: null }", null)]
    public void A_default_is_kept_as_json(string written, string? json) => Field(written).Default.ShouldBe(json);

    [Fact]
    public void What_has_a_default_may_be_left_out_and_not_be_null() => Field("{ type: \"int?\", optional: true, default: 3 }").Optional.ShouldBeFalse();

    [Fact]
    public void A_field_says_what_it_is_for_and_whether_it_is_personal()
    {
        var field = Field("{ type: string, personal: true, summary: Where to write to }");

        field.Personal.ShouldBeTrue();
        field.Summary.ShouldBe("Where to write to");
        field.Place.Line.ShouldBe(4);
        field.Place.Column.ShouldBe(23);
    }

    private static FieldSpec Field(string written)
    {
        using var folder = new SpecFolder().Models($"enums: {{ Kind: [big, small] }}\nmodels:\n  Line: {{ fields: {{ zero: int,\n                      one_field: {(written.StartsWith('{') ? written : $"\"{written}\"")} }} }}".Replace("Line: { fields: { zero: int", "Line: { views: {}, fields: { zero: int?"));
        return folder.Module().Records.Single().Fields[1];
    }
}
