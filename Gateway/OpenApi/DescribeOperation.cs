using System.Globalization;
using Buildify.Gateway.Operations;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Buildify.Gateway.OpenApi;

/// <summary>Adds what routes say of themselves and what holds for all of them: problems, the token, the headers.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public const string Bearer = "bearer";
    private const string TenantDescription = "The tenant, named by a platform administrator; for all others it is the token's.";
    private const string SlugPattern = "^[a-z0-9][a-z0-9-]{0,39}$";

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["tenant"] = "The tenant's id.",
        ["company"] = "The company's id, within the tenant.",
        ["module"] = "The module's name.",
        ["flag"] = "The flag's name.",
        ["company_id"] = "The company's id, where the question is about one.",
        ["limit"] = "How many items, 1 to 500; 50 by default.",
        ["cursor"] = "The next_cursor of the page before; left out for the first.",
    };

    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var mapped = metadata.OfType<MappedOperation>().FirstOrDefault();
        if (mapped is not null) await new DescribeMapped(operation, context, cancellationToken).Describe(mapped);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? []) DescribeParameter(parameter);
        foreach (var header in metadata.OfType<RequestHeader>()) AddHeader(operation, header.Name, header.Description);
        if (metadata.OfType<ForTenant>().Any()) AddHeader(operation, TenantChoice.Header, TenantDescription);
        var body = metadata.OfType<RequestBodyOf>().FirstOrDefault();
        if (body is not null) await DescribeBody(operation, body.Type, context, cancellationToken);

        var statuses = metadata.OfType<ProblemStatuses>().SelectMany(refused => refused.Statuses).ToHashSet();
        if (mapped is not null) statuses.UnionWith(DescribeMapped.Problems(mapped.Operation, mapped.Module));
        if (operation.RequestBody is not null) statuses.UnionWith([400, 413, 415]);
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            statuses.UnionWith([401, 403, 503]);
        }
        await DescribeProblems(operation, statuses, context, cancellationToken);
    }

    private static void DescribeParameter(OpenApiParameter parameter)
    {
        if (parameter.Name is null || !Parameters.TryGetValue(parameter.Name, out var description)) return;
        parameter.Description = description;
        parameter.Schema = parameter.Name switch
        {
            "limit" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "500", Default = 50 },
            "cursor" => new OpenApiSchema { Type = JsonSchemaType.String },
            _ => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = SlugPattern },
        };
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static async Task DescribeBody(
        OpenApiOperation operation, Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken) =>
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = await Named(type, context, cancellationToken) },
            },
        };

    // Asked for by hand a schema comes inline; named, the document says it once.
    private static async Task<IOpenApiSchema> Named(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);
        context.Document!.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, context.Document);
    }

    private static async Task DescribeProblems(
        OpenApiOperation operation, HashSet<int> statuses, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (statuses.Count == 0) return;
        var schema = await Named(typeof(ProblemDocument), context, cancellationToken);
        operation.Responses ??= [];
        foreach (var status in statuses.Order())
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ProblemTypes.OfStatus(status).Title,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = schema } },
            };
        }
    }
}

/// <summary>A problem as the document shows it.</summary>
/// <param name="Type">A URI that ends in the problem's code.</param>
/// <param name="Errors">For bad input: what is wrong with each field.</param>
internal sealed record ProblemDocument(
    string Type, string Title, int Status, string Detail, string TraceId, Dictionary<string, string[]>? Errors = null);
