using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads an operation's parameters and holds them against its path.</summary>
/// <param name="placeholders">Of the domain's prefix and the operation's path.</param>
internal sealed class ParametersReader(ModuleScope scope, string operation, ImmutableArray<SpecText> placeholders, bool hasRoute)
{
    private readonly FieldReader _fields = new(scope.Catalog, scope.Problems, scope.IsPlatform);

    public ImmutableArray<ParameterSpec> Read(ImmutableArray<SpecNode> items, bool isPage)
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterSpec>(items.Length);
        foreach (var item in items)
        {
            if (Parameter(item, isPage) is not { } parameter) continue;
            if (parameters.FirstOrDefault(p => Names.Pascal(p.Field.Name) == Names.Pascal(parameter.Field.Name)) is { } other)
            {
                scope.Problems.Add(SpecErrors.DuplicateName, parameter.Field.Place,
                    $"'{parameter.Field.Name}' is called as parameter '{other.Field.Name}' in line {other.Field.Place.Line}; keep one of them");
                continue;
            }
            parameters.Add(parameter);
        }
        CheckPlaceholders(parameters);
        return parameters.DrainToImmutable();
    }

    private ParameterSpec? Parameter(SpecNode item, bool isPage)
    {
        if (scope.Fields(item, SpecKeys.Parameter) is not { } fields || fields.Text("name", required: true) is not { } name) return null;
        if (Names.CheckMember(name.Value, name.Place, "a parameter", scope.Problems)) CheckReserved(name, isPage);
        var type = fields.Text("type") ?? new SpecText("string", Quoted: false, name.Place);
        var field = _fields.Value(fields, type, name.Value, name.Place, Names.Pascal(operation) + Names.Pascal(name.Value));
        if (field.Type is not (ScalarType or EnumType) || (type.Value.TrimEnd('?') == "json"))
        {
            scope.Problems.Add(SpecErrors.BadParameter, type.Place,
                $"'{type.Value}' does not fit into a URL; parameter '{name.Value}' is a scalar or an enum, or goes into the input");
        }
        return new ParameterSpec(field, Source(fields, name, field));
    }

    private void CheckReserved(SpecText name, bool isPage)
    {
        if (!ReservedNames.Parameters.Contains(name.Value) && !(isPage && ReservedNames.PageParameters.Contains(name.Value))) return;
        scope.Problems.Add(SpecErrors.ReservedName, name.Place, isPage && ReservedNames.PageParameters.Contains(name.Value)
            ? $"an operation with a list for an answer has '{name.Value}' already; leave it out"
            : $"'{name.Value}' is a parameter of every generated method; call it '{name.Value}_value' or what it is");
    }

    private ParameterSource Source(Fields fields, SpecText name, FieldSpec field)
    {
        var isInPath = placeholders.Any(p => p.Value == name.Value);
        if (fields.OneOf("in", "path", "query") is { } said && hasRoute && (said == "path") != isInPath)
        {
            scope.Problems.Add(SpecErrors.BadParameter, fields.PlaceOf("in"), isInPath
                ? $"'{name.Value}' stands in the path; leave 'in' out, or take {{{name.Value}}} out of the path"
                : $"'{name.Value}' does not stand in the path; write {{{name.Value}}} there, or leave 'in' out");
        }
        if (isInPath && (field.Optional || field.Default is not null))
        {
            scope.Problems.Add(SpecErrors.BadParameter, name.Place,
                $"'{name.Value}' stands in the path and is always there; leave {(field.Optional ? "'optional'" : "'default'")} out");
        }
        return isInPath ? ParameterSource.Path : ParameterSource.Query;
    }

    private void CheckPlaceholders(IReadOnlyList<ParameterSpec> parameters)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placeholder in placeholders)
        {
            if (!seen.Add(placeholder.Value))
            {
                scope.Problems.Add(SpecErrors.BadPath, placeholder.Place,
                    $"{{{placeholder.Value}}} stands in the path of '{operation}' twice; rename one");
            }
            else if (!parameters.Any(p => p.Field.Name == placeholder.Value))
            {
                var near = Nearest.To(placeholder.Value, parameters.Where(p => p.Source == ParameterSource.Query).Select(p => p.Field.Name));
                scope.Problems.Add(SpecErrors.UnknownParameter, placeholder.Place,
                    $"'{operation}' has no parameter '{placeholder.Value}', which its path names; "
                    + (near is null ? $"add params: [{{ name: {placeholder.Value}, type: uuid }}]" : $"did you mean '{near}'?"));
            }
        }
    }
}
