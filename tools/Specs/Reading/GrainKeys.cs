using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>What a grain's key is made of: <c>company</c>, <c>tenant</c>, <c>platform</c>, or a parameter.</summary>
internal static class GrainKeys
{
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
            case var name when Names.IsSnake(name):
                return (GrainKeyKind.Parameter, name);
            default:
                scope.Problems.Add(SpecErrors.BadValue, text.Place,
                    $"'{text.Value}' is no key of a grain; write company, tenant, or a parameter");
                return null;
        }
    }

    /// <summary>Tells a key that the operation's parameters do not have for sure.</summary>
    public static void Check(string key, OperationSpec operation, ModuleScope scope)
    {
        var known = operation.Parameters.Select(p => p.Field).ToList();
        var found = known.Find(f => f.Name == key);
        if (found is null)
        {
            scope.Problems.Add(SpecErrors.UnknownParameter, operation.Place,
                $"'{operation.Name}' has no parameter '{key}', which the key of its grain is made of; "
                + Nearest.Hint(key, [.. known.Select(f => f.Name), "company", "tenant"]));
        }
        else if (found.Optional)
        {
            scope.Problems.Add(SpecErrors.BadParameter, operation.Place,
                $"'{key}' is optional, and the key of the grain of '{operation.Name}' is made of it; make it required");
        }
    }
}
