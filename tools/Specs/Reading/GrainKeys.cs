using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>What a grain's key is made of: <c>company</c>, <c>tenant</c>, <c>platform</c>, a parameter, or <c>input.{field}</c>.</summary>
internal static class GrainKeys
{
    private const string InputPrefix = "input.";

    /// <summary>The kind, and for <see cref="GrainKeyKind.Parameter"/> its name; null where the text is null.</summary>
    public static (GrainKeyKind Kind, string? Parameter)? Read(SpecText? text, ModuleScope scope)
    {
        switch (text?.Value)
        {
            case null:
                return null;
            case "company":
                return (GrainKeyKind.Company, null);
            case "tenant":
                return (GrainKeyKind.Tenant, null);
            case "platform":
                if (!scope.IsPlatform) scope.Problems.Add(SpecErrors.PlatformOnly, text.Place, "'platform' is for the platform's own specs; a module's grains belong to a company or a tenant");
                return (GrainKeyKind.Platform, null);
            case var name when Names.IsSnake(Field(name) ?? name):
                return (GrainKeyKind.Parameter, name);
            default:
                scope.Problems.Add(SpecErrors.BadValue, text.Place,
                    $"'{text.Value}' is no key of a grain; write company, tenant, a parameter, or input.{{field}}");
                return null;
        }
    }

    /// <summary>Tells a key that the operation's parameters or input do not have for sure.</summary>
    /// <param name="place">Where it is told.</param>
    public static void Check(string key, OperationSpec operation, ModuleScope scope, Place place)
    {
        var input = operation.Input is null ? null : scope.Catalog.ShapeOf(operation.Input).Record;
        var isField = Field(key) is not null;
        if (isField && input is { CSharp: not null, Fields.IsEmpty: true }) return;

        var name = Field(key) ?? key;
        var known = isField ? input?.Fields ?? [] : [.. operation.Parameters.Select(p => p.Field)];
        var found = known.FirstOrDefault(f => f.Name == name);
        if (found is null)
        {
            scope.Problems.Add(SpecErrors.UnknownParameter, place,
                $"'{operation.Name}' has no {(isField ? "field of its input" : "parameter")} '{name}', which the key of its grain is made of; "
                + Nearest.Hint(name, [.. known.Select(f => f.Name), "company", "tenant"]));
        }
        else if (found.Optional)
        {
            scope.Problems.Add(SpecErrors.BadParameter, place,
                $"'{name}' is optional, and the key of the grain of '{operation.Name}' is made of it; make it required");
        }
    }

    private static string? Field(string key) => key.StartsWith(InputPrefix, StringComparison.Ordinal) ? key[InputPrefix.Length..] : null;
}
