using System.Globalization;
using Buildify.Gateway.Operations;
using Buildify.Gateway.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Buildify.Gateway.OpenApi;

/// <summary>Adds what routes say of themselves and what holds for all of them: problems, and the token.</summary>
internal sealed class DescribeOperation : IOpenApiOperationTransformer
{
    public const string Bearer = "bearer";

    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var mapped = metadata.OfType<MappedOperation>().FirstOrDefault();
        if (mapped is not null) await new DescribeMapped(operation, context, cancellationToken).Describe(mapped);
        else DescribeParameters(operation);

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

    // Of the routes that are mapped by hand one has a parameter: /health/{module}.
    private static void DescribeParameters(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "module") ?? [])
        {
            parameter.Description = "The module's name.";
            parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = SchemaRules.SlugPattern };
        }
    }

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
