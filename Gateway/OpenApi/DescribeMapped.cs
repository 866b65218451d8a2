using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Operations;
using Buildify.Gateway.Tenants;
using Buildify.Operations;
using Buildify.Validation;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Buildify.Gateway.OpenApi;

/// <summary>Writes an operation into the contract from what it says of itself.</summary>
internal sealed class DescribeMapped(OpenApiOperation document, OpenApiOperationTransformerContext context, CancellationToken cancellation)
{
    public async Task Describe(MappedOperation mapped)
    {
        var operation = mapped.Operation;
        document.Summary = operation.Summary;
        document.Tags = operation.Tags.Select(tag => new OpenApiTagReference(tag, context.Document)).ToHashSet();
        document.Parameters = [];
        foreach (var parameter in operation.Parameters) await AddParameter(parameter);
        if (operation.Scope == OperationScope.Company && operation.Parameters.All(parameter => parameter.Name != "company_id")) AddCompany(operation);
        if (operation.IsPage) AddPage();
        if (operation.Scope is not (OperationScope.Public or OperationScope.Platform)) AddHeader(TenantChoice.Header, "The tenant, named by a platform administrator; for all others it is the token's.");
        if (operation.CreatesOnce) AddHeader(IdempotencyKey.Header, "1 to 255 printable ASCII characters. The same key and body within 24 hours answers the first response again.");
        if (operation.TakesIfMatch) AddHeader("If-Match", "The ETag of what is to be replaced; 412 where it was changed in the meantime.");

        document.RequestBody = operation.Body is null ? null : new OpenApiRequestBody { Required = !Body.MayBeLeftOut(operation.Method, operation.Body), Content = await Json(operation.Body) };
        document.Responses = [];
        await AddResponse(operation.Status, operation.Result, operation.MediaType);
        foreach (var (status, result) in operation.AlsoGives) await AddResponse(status, result);
    }

    /// <summary>The problems that it may answer, beside those of every route.</summary>
    public static IEnumerable<int> Problems(Operation operation, string? module)
    {
        foreach (var status in operation.Refuses) yield return status;
        if (operation.Body is not null || operation.Parameters.Any(parameter => !parameter.InPath) || operation.IsPage) yield return 400;
        if (operation.Parameters.Any(parameter => parameter.InPath) || module is not null) yield return 404;
        if (operation.CreatesOnce)
        {
            yield return 409;
            yield return 422;
        }
        if (operation.TakesIfMatch) yield return 412;
    }

    private async Task AddParameter(OperationParameter parameter)
    {
        var schema = (OpenApiSchema)await context.GetOrCreateSchemaAsync(parameter.Type, null, cancellation);
        SchemaRules.Apply(schema, parameter.Rules);
        document.Parameters!.Add(new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.InPath ? ParameterLocation.Path : ParameterLocation.Query,
            Required = parameter.InPath || parameter.Required,
            Description = parameter.Summary,
            Schema = schema,
        });
    }

    private void AddCompany(Operation operation) => document.Parameters!.Add(new OpenApiParameter
    {
        Name = "company_id",
        In = ParameterLocation.Query,
        Required = operation.Body is null,
        Description = operation.Body is null ? "The company's id." : "The company's id; it may stand in the body instead.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = SchemaRules.SlugPattern },
    });

    private void AddPage()
    {
        document.Parameters!.Add(new OpenApiParameter
        {
            Name = "limit",
            In = ParameterLocation.Query,
            Description = "How many items, 1 to 500; 50 by default.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "500", Default = 50 },
        });
        document.Parameters.Add(new OpenApiParameter
        {
            Name = "cursor",
            In = ParameterLocation.Query,
            Description = "The next_cursor of the page before; left out for the first.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private void AddHeader(string name, string description) => document.Parameters!.Add(new OpenApiParameter
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    });

    private async Task AddResponse(int status, Type? result, string? mediaType = null) => document.Responses![status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
    {
        Description = status switch { 201 => "Created", 202 => "Accepted", 204 => "No Content", _ => "OK" },
        Content = result is not null ? await Json(result)
            : mediaType is not null ? new Dictionary<string, OpenApiMediaType> { [mediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } }
            : null,
    };

    private async Task<Dictionary<string, OpenApiMediaType>> Json(Type type)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellation);
        var name = SchemaRules.NameOf(type);
        context.Document!.AddComponent(name, schema);
        return new() { ["application/json"] = new() { Schema = new OpenApiSchemaReference(name, context.Document) } };
    }
}

/// <summary>The rules on fields and parameters, as JSON Schema has them.</summary>
internal static class SchemaRules
{
    public const string SlugPattern = "^[a-z0-9][a-z0-9-]{0,39}$";

    public static void Apply(OpenApiSchema schema, IEnumerable<ValidationAttribute> rules)
    {
        foreach (var rule in rules) Apply(schema, rule);
    }

    /// <summary><c>PageOfNoteRead</c> for a page of notes.</summary>
    public static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}Of{string.Concat(type.GenericTypeArguments.Select(NameOf))}"
        : type.Name;

    private static void Apply(OpenApiSchema schema, ValidationAttribute rule)
    {
        var isText = schema.Type?.HasFlag(JsonSchemaType.String) == true;
        switch (rule)
        {
            case SlugRuleAttribute:
                schema.Pattern = SlugPattern;
                break;
            case PatternAttribute pattern:
                schema.Pattern = $"^(?:{pattern.Pattern})$";
                break;
            case BoundsAttribute bounds:
                (schema.Minimum, schema.Maximum) = (bounds.Min, bounds.Max);
                break;
            case SizeAttribute size when isText:
                (schema.MinLength, schema.MaxLength) = (size.Min == 0 ? null : size.Min, size.Max == int.MaxValue ? null : size.Max);
                break;
            case SizeAttribute size:
                (schema.MinItems, schema.MaxItems) = (size.Min == 0 ? null : size.Min, size.Max == int.MaxValue ? null : size.Max);
                break;
        }
    }
}
