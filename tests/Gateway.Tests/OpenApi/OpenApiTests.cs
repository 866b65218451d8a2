using System.Text.Json;
using Buildify.Gateway.Fakes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Gateway.OpenApi;

public sealed class OpenApiTests : IAsyncLifetime
{
    private static readonly string[] NotInTheDocument = ["/modules/{module}/{**file}", "/", "/openapi/v1.json"];

    private TestGateway _gateway = null!;
    private JsonElement _document;

    public async Task InitializeAsync()
    {
        _gateway = await TestGateway.Start();
        var answer = await _gateway.Get("/openapi/v1.json");
        answer.Status.ShouldBe(200);
        _document = answer.Json;
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public void Every_route_is_in_the_document()
    {
        var routes = _gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        foreach (var route in routes)
        {
            var path = "/" + route.RoutePattern.RawText!.Replace(":slug", "", StringComparison.Ordinal).Replace(":guid", "", StringComparison.Ordinal).Trim('/');
            if (NotInTheDocument.Contains(path)) continue;
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                _document.GetProperty("paths").EnumerateObject().Select(item => item.Name.TrimEnd('/')).ShouldContain(path);
                Operations().ShouldContain(operation => operation.Path == path && operation.Method.Equals(method, StringComparison.OrdinalIgnoreCase), $"{method} {path}");
            }
        }
    }

    [Fact]
    public void Every_tag_of_the_document_has_an_operation()
    {
        var used = Operations().SelectMany(operation => operation.Value.GetProperty("tags").EnumerateArray()).Select(tag => tag.GetString()).ToHashSet();
        _document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()).ShouldBeSubsetOf(used);
    }

    [Fact]
    public void Every_operation_has_an_id_of_its_own_a_summary_and_the_problems_it_may_answer()
    {
        var operations = Operations().ToList();
        operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count().ShouldBe(operations.Count);
        foreach (var (path, method, operation) in operations)
        {
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            if (!path.StartsWith("/api/v1/", StringComparison.Ordinal) || path is "/api/v1/status" or "/api/v1/auth/token") continue;
            operation.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue(path);
            operation.GetProperty("responses").GetProperty("401").GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue(path);
            // The whole of what it says stands in its path.
            if (path == "/api/v1/event-prefixes/{prefix}") continue;
            if (method is "put" or "patch") operation.TryGetProperty("requestBody", out _).ShouldBeTrue(path);
        }
    }

    [Fact]
    public void Parameters_are_described() => Operations().SelectMany(operation =>
            operation.Value.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : Enumerable.Empty<JsonElement>())
        .ShouldAllBe(parameter => parameter.GetProperty("description").GetString() != "");

    [Fact]
    public void Schemas_speak_snake_case()
    {
        var schemas = _document.GetProperty("components").GetProperty("schemas");
        schemas.GetProperty("NewTenant").GetProperty("properties").TryGetProperty("display_name", out _).ShouldBeTrue();
        schemas.GetProperty("NewTenant").GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["id", "display_name"], ignoreOrder: true);
        _document.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("bearer", out _).ShouldBeTrue();
    }

    [Fact]
    public void A_stream_and_a_body_that_may_be_left_out_are_described_as_what_they_are()
    {
        var stream = Operations().Single(operation => operation.Path == "/api/v1/events/stream").Value;
        stream.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Single().Name.ShouldBe("text/event-stream");
        IsNeeded("/api/v1/event-subscriptions/{id}/skip").ShouldBeFalse();
        IsNeeded("/api/v1/event-subscriptions/{id}/replay").ShouldBeTrue();

        bool IsNeeded(string path) => Operations().Single(operation => operation.Path == path).Value.GetProperty("requestBody").TryGetProperty("required", out var needed) && needed.GetBoolean();
    }

    [Fact]
    public async Task There_is_a_page_to_read_and_try_it()
    {
        (await _gateway.Get("/docs/index.html")).Text.ShouldContain("swagger-ui");
        (await _gateway.Get("/docs")).Status.ShouldBeInRange(200, 399);
        (await _gateway.Get("/")).Text.ShouldContain("/docs");
    }

    private IEnumerable<(string Path, string Method, JsonElement Value)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name.Length > 1 ? path.Name.TrimEnd('/') : path.Name, operation.Name, operation.Value);
}
