using Buildify.Gateway.Bodies;
using Buildify.Validation;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Buildify.Gateway.OpenApi;

/// <summary>The contract as a machine reads it, and the page on which a person tries it.</summary>
internal static class OpenApiDocuments
{
    private const string Name = "v1";
    private const string Route = "/openapi/v1.json";

    public static void AddContract(this IServiceCollection services)
    {
        // Schemas are made by these options; answers and bodies do not go through them.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = BuildifyJson.Options.PropertyNamingPolicy;
            json.SerializerOptions.NumberHandling = BuildifyJson.Options.NumberHandling;
            json.SerializerOptions.RespectNullableAnnotations = Body.Options.RespectNullableAnnotations;
            json.SerializerOptions.RespectRequiredConstructorParameters = Body.Options.RespectRequiredConstructorParameters;
            foreach (var converter in BuildifyJson.Options.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        services.AddOpenApi(Name, options => options
            .AddDocumentTransformer((document, _, _) => Describe(document))
            .AddOperationTransformer<DescribeOperation>()
            .AddSchemaTransformer((schema, context, _) => DescribeJson(schema, context)));
        services.AddSingleton<OpenApiBytes>();
    }

    public static void MapContract(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Route, (OpenApiBytes document, HttpContext http) => document.Send(http)).AllowAnonymous().ExcludeFromDescription();

    // Only for its own paths: the page's middleware matches every request against expressions.
    public static void UseDocs(this IApplicationBuilder app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal),
        docs => docs.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Buildify";
            page.SwaggerEndpoint(Route, "Buildify");
        }));

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Buildify", Version = "1", Description = "A multi-tenant module platform." };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[DescribeOperation.Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "From POST /api/v1/auth/token.",
        };
        return Task.CompletedTask;
    }

    private static Task DescribeJson(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(JsonObjectText)) schema.Type = JsonSchemaType.Object;
        if (context.JsonPropertyInfo is { } property) SchemaRules.Apply(schema, InputRules.Of(property));
        return Task.CompletedTask;
    }
}
