using Buildify.Modules.Manifests;

namespace Buildify.Modules;

public class ManifestReaderTests
{
    [Fact]
    public async Task The_guide_s_own_example_is_valid_as_it_stands()
    {
        var manifest = (await Read("""
            {
              "name": "warehouse",
              "display_name": "Warehouse Management",
              "version": "1.0.0",
              "backend": { "type": "microservice", "api_prefix": "/api/v1/warehouse", "port": 8002 },
              "database": { "strategy": "shared", "schema_prefix": "warehouse_" }
            }
            """)).Value!;

        manifest.Backend.ShouldBe(new ModuleBackend("microservice", "/api/v1/warehouse", "http://warehouse-module:8002"));
        manifest.Configuration.ShouldBe(JsonText.EmptyObject);
    }

    [Fact]
    public async Task Beyond_name_display_name_and_version_everything_has_a_default()
    {
        var manifest = (await Read("""{"name":"crm","display_name":"CRM","version":"0.1.0"}""")).Value!;

        manifest.Backend.ShouldBe(new ModuleBackend("grains", "/api/v1/crm", Address: null));
        manifest.DependsOn.ShouldBeEmpty();
        manifest.Features.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_repository_of_a_module_that_moved_out_is_a_known_key() =>
        (await Read("""{"name":"crm","display_name":"CRM","version":"1.0.0","repository":{"url":"https://example.com/crm.git"}}""")).Failure.ShouldBeNull();

    [Theory]
    [InlineData("""{"display_name":"X","version":"1.0.0"}""", "name", "is required")]
    [InlineData("""{"name":"X!","display_name":"X","version":"1.0.0"}""", "name", "must be 1 to 40")]
    [InlineData("""{"name":"core","display_name":"X","version":"1.0.0"}""", "name", "the platform itself")]
    [InlineData("""{"name":"x","display_name":"X","version":"one"}""", "version", "not a semantic version")]
    [InlineData("""{"name":"x","display_name":"X","version":1}""", "version", "must be a string")]
    [InlineData("""{"name":"x","display_name":" ","version":"1.0.0"}""", "display_name", "must not be empty")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","verison":"2"}""", "verison", "did you mean 'version'?")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","backend":{"typ":"grains"}}""", "backend.typ", "did you mean 'type'?")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","backend":{"type":"microservise","port":1}}""", "backend.type", "did you mean 'microservice'?")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","backend":{"type":"microservice"}}""", "backend.port", "is required")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","backend":{"port":70000}}""", "backend.port", "1 to 65535")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","backend":{"type":"microservice","address":"file:///etc/passwd"}}""", "backend.address", "http or https")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","database":{"strategy":"sharde"}}""", "database.strategy", "'shared' or 'separate'")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","depends_on":{"core":"^9.0"}}""", "depends_on.core", "does not admit")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","depends_on":{"x":"^1.0"}}""", "depends_on.x", "cannot depend on itself")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","depends_on":{"y":"one"}}""", "depends_on.y", "not a range")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","features":{"A b":{}}}""", "features.A b", "a feature's name")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","features":{"a":{"default":"yes"}}}""", "features.a.default", "true or false")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","configuration":[]}""", "configuration", "must be an object")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","configuration_schema":{"properties":"x"}}""", "configuration_schema", "is not a JSON Schema")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","configuration_schema":{"$ref":"http://example.com/s.json"}}""", "configuration_schema", "only references inside")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","configuration":{"r":2},"configuration_schema":{"properties":{"r":{"maximum":1}}}}""", "configuration.r", "at most 1")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","frontend":{"entry":"../x.js"}}""", "frontend.entry", "inside the module's folder")]
    [InlineData("""{"name":"x","display_name":"X","version":"1.0.0","frontend":{"pages":[{"title":"T"}]}}""", "frontend.pages[0].path", "is required")]
    public async Task What_is_wrong_is_told_with_its_field(string json, string field, string words)
    {
        var errors = (await Read(json)).Failure!.Errors;

        errors.ShouldContain(error => error.Field == field && error.Message.Contains(words), string.Join("; ", errors));
    }

    [Fact]
    public async Task Every_error_is_told_at_once() =>
        (await Read("""{"naem":"x","version":"one","backend":{"type":"x"}}""")).Failure!.Errors.Length.ShouldBeGreaterThanOrEqualTo(5);

    private static Task<Outcome<Manifest>> Read(string json) => ManifestReader.Read(new JsonText(json));
}
