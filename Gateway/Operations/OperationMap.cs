using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Buildify.Gateway.Identity;
using Buildify.Operations;

namespace Buildify.Gateway.Operations;

/// <summary>Makes endpoints of operations, under the prefix of the module whose they are.</summary>
/// <param name="prefix">As <c>/api/v1/financial</c>.</param>
/// <param name="module">Null for the platform itself.</param>
internal sealed partial class OperationMap(IEndpointRouteBuilder routes, string prefix, string? module, CallServices services) : IOperationMap
{
    // By it the API explorer sees the endpoint at all; what it takes is said by the operation.
    private static readonly MethodInfo InvokeMethod = typeof(OperationEndpoint).GetMethod(nameof(OperationEndpoint.Invoke))!;

    public void Map(Operation operation, Func<OperationCall, Task<IResult>> handler)
    {
        // Without a tag the contract would file it under the class that answers.
        if (operation.Tags.IsEmpty) operation = operation with { Tags = [module ?? "Platform"] };
        var endpoint = new OperationEndpoint(operation, module, handler, services);
        // As the contract's other ids: listNotes of the module notes is notes.listNotes.
        var name = JsonNamingPolicy.CamelCase.ConvertName(Words().Replace(operation.Name, word => word.Groups[1].Value.ToUpperInvariant()));
        var route = routes.MapMethods(prefix + operation.Path, [operation.Method], (RequestDelegate)endpoint.Invoke);
        route.WithName(module is null ? name : $"{module}.{name}").WithMetadata(new MappedOperation(operation, module), InvokeMethod).WithTags([.. operation.Tags]);
        if (operation.Scope == OperationScope.Public) route.AllowAnonymous();
        if (operation.Scope == OperationScope.Platform) route.RequireAuthorization(Authentication.PlatformAdministrator);
    }

    [GeneratedRegex("_([a-z0-9])")]
    private static partial Regex Words();
}

/// <summary>What an endpoint was made of, for the contract.</summary>
/// <param name="Module">Null for the platform's own.</param>
internal sealed record MappedOperation(Operation Operation, string? Module);
