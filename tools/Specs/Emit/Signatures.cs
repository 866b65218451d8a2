using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>An argument of an operation in C#.</summary>
internal sealed record Argument(string Type, string Name);

/// <summary>What an operation takes, in the order in which its grain's method does: parameters, input, page, call.</summary>
internal sealed class Signatures(CSharpTypes types)
{
    public ImmutableArray<Argument> Parameters(OperationSpec operation) =>
        [.. operation.Parameters.Select(parameter => new Argument(types.OfField(parameter.Field), Names.Camel(parameter.Field.Name)))];

    public Argument? Input(OperationSpec operation)
    {
        if (operation.Input is not { } input) return null;
        var name = InputName(input.Name);
        return new Argument(types.Of(input), Parameters(operation).Any(parameter => parameter.Name == name) ? "input" : name);
    }

    public ImmutableArray<Argument> OfGrain(OperationSpec operation)
    {
        var arguments = Parameters(operation).ToBuilder();
        if (Input(operation) is { } input) arguments.Add(input);
        if (IsPage(operation)) arguments.Add(new("PageRequest", "page"));
        if (!operation.IsQuery) arguments.Add(new("Call", "call"));
        return arguments.ToImmutable();
    }

    public string Result(OperationSpec operation) => $"Task<Outcome<{types.OfOutput(operation.Output)}>>";

    public static bool IsPage(OperationSpec operation) => operation.Output is ListType;

    public static string Declare(IEnumerable<Argument> arguments) => string.Join(", ", arguments.Select(argument => $"{argument.Type} {argument.Name}"));

    // InvoiceCreate is an invoice to whoever writes the method.
    private static string InputName(string record)
    {
        foreach (var view in (ReadOnlySpan<string>)["Create", "Update", "Read"])
        {
            if (record.Length > view.Length && record.EndsWith(view, StringComparison.Ordinal)) return Names.Camel(record[..^view.Length]);
        }
        return Names.Camel(record);
    }
}
