using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

public class ManifestTests
{
    [Fact]
    public void A_module_needs_no_more_than_a_manifest()
    {
        using var folder = new SpecFolder("tax-reports");

        var module = folder.Module();

        (module.Name, module.Namespace, module.ApiPrefix, module.Version).ShouldBe(("tax-reports", "TaxReports", "/api/v1/tax-reports", "1.0.0"));
    }

    [Fact]
    public void A_folder_without_a_manifest_is_no_module()
    {
        using var folder = new SpecFolder().Remove("manifest.json");

        folder.Errors().ShouldHaveSingleItem().ShouldStartWith($"manifest.json(1,1): error {SpecErrors.MissingManifest.Code}: there is no manifest.json");
    }

    [Fact]
    public void Settings_have_the_types_of_the_schema_or_of_their_defaults()
    {
        using var folder = new SpecFolder().Write("manifest.json", """
            {
              "name": "financial", "display_name": "Financial", "version": "1.0.0",
              "configuration": { "currency": "USD", "tax_rate": 0, "invoice_prefix": "INV", "strict": true, "tags": ["a"], "more": {}, "due-days": 1 },
              "configuration_schema": {
                "required": ["iban"],
                "properties": {
                  "tax_rate": { "type": "number", "minimum": 0, "maximum": 1 },
                  "currency": { "type": "string", "enum": ["EUR", "USD"], "description": "Money" },
                  "days": { "type": "integer", "minimum": 1, "default": 14 },
                  "views": { "type": "integer", "maximum": 9999999999 },
                  "iban": { "type": "string", "minLength": 15, "pattern": "^[A-Z0-9]+$" },
                  "word": { "type": "string", "pattern": "a" },
                  "names": { "type": "array", "items": { "type": "string" } },
                  "start": { "type": "string", "format": "date" },
                  "1st": { "type": "string" }
                }
              }
            }
            """);

        folder.Module().Settings.Select(s => $"{s.Name} {Scalars.Name(s.Type)}{(s.Optional ? "?" : "")} {s.Default} {s.Min} {s.Max} {s.MinLength} {s.Pattern}".TrimEnd()).ShouldBe(
        [
            "tax_rate decimal 0 0 1", "currency CurrencySetting \"USD\"", "days int 14 1", "views long?   9999999999", "iban string    15 ^[A-Z0-9]+$",
            @"word string?     [\s\S]*(?:a)[\s\S]*", "names list[string]?", "start date?",
            "invoice_prefix string \"INV\"", "strict bool true", "tags list[string] [\"a\"]", "more json {}",
        ]);
    }

    [Fact]
    public void Every_file_s_errors_are_told_at_once_in_the_order_of_files_and_lines()
    {
        using var folder = new SpecFolder()
            .Write("manifest.json", """{ "name": "financial", "version": "1" }""")
            .Models("models:\n  Line:\n    fields:\n      b: strng\n      a: strng\n  Bill: { feilds: {} }")
            .Domain("domain: things\noperations:\n  get_thing: { output: Bil, rest: { path: x } }");

        folder.Errors().Select(e => e[..e.IndexOf(": error", StringComparison.Ordinal)]).ShouldBe(
        [
            "manifest.json(1,1)", "manifest.json(1,35)", "spec/models.yaml(4,10)", "spec/models.yaml(5,10)", "spec/models.yaml(6,11)",
            "spec/things.yaml(3,24)", "spec/things.yaml(3,43)",
        ]);
    }

    [Fact]
    public void Where_the_models_cannot_be_read_what_names_them_is_not_blamed()
    {
        using var folder = new SpecFolder().Models("models: [").Domain("domain: things\noperations:\n  get_thing: { output: Bill, rest: {} }");

        folder.Errors().ShouldHaveSingleItem().ShouldStartWith("spec/models.yaml(");
    }

    [Fact]
    public void Files_below_the_spec_folder_and_of_other_kinds_are_not_read()
    {
        using var folder = new SpecFolder().Write("spec/drafts/things.yaml", "nonsense: 1").Write("spec/README.md", "# :");

        folder.Errors().ShouldBeEmpty();
    }
}
