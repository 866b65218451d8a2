using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>Writes the client of another module's operations by grain calls: those that are consumed, and no others.</summary>
internal sealed class ClusterClientSource(CSharpTypes types, Signatures signatures)
{
    public void Write(Source source, ImmutableArray<ConsumedSpec> service)
    {
        var name = $"{Names.Pascal(service[0].Service)}Client";
        var forCompany = service.Any(consumed => consumed.Domain.Key != GrainKeyKind.Tenant);
        source.Doc($"The operations of {service[0].Service} that this module consumes, by calls of its grains.");
        source.Line("/// <param name=\"tenant\">The caller's own: no grain calls another tenant's.</param>");
        source.Line($"internal sealed class {name}(IGrainFactory grains, string tenant{(forCompany ? ", string company" : "")})").Block(() =>
        {
            foreach (var consumed in service)
            {
                foreach (var operation in consumed.Operations) WriteOperation(source, consumed, operation);
            }
            foreach (var consumed in service) WriteGrain(source, consumed);
        });
    }

    private void WriteOperation(Source source, ConsumedSpec consumed, OperationSpec operation)
    {
        var arguments = signatures.OfGrain(operation);
        var input = signatures.Input(operation)?.Name;
        var company = consumed.Domain.Key == GrainKeyKind.Tenant ? "company: null" : "company";
        var sent = arguments.Select(argument => argument.Name == "call" ? "call.WithoutStamp()" : argument.Name);
        source.Doc(operation.Summary);
        source.Line($"public async {signatures.Result(operation)} {Names.Pascal(operation.Name)}({Signatures.Declare(arguments)}) =>");
        source.Line($"    await ModuleAccess.Refuse(grains, {Names.Quote(consumed.Service)}, tenant, {company}{(input is null ? "" : $", {input}")}) is {{ }} refusal");
        source.Line("        ? refusal");
        source.Line($"        : await {GrainName(consumed)}({KeyArgument(consumed)}).{Names.Pascal(operation.Name)}({string.Join(", ", sent)});").Line();
    }

    private void WriteGrain(Source source, ConsumedSpec consumed)
    {
        var domain = consumed.Domain;
        var grain = $"global::{consumed.Namespace}.{GrainSource.InterfaceOf(domain)}";
        var key = domain.Operations.SelectMany(operation => operation.Parameters).FirstOrDefault(parameter => parameter.Field.Name == domain.KeyParameter)?.Field;
        var (parameter, made) = domain.Key switch
        {
            GrainKeyKind.Company => ("", "GrainKeys.Company(tenant, company)"),
            GrainKeyKind.Tenant => ("", "GrainKeys.Tenant(tenant)"),
            _ => ($"{types.Of(key!.Type)} key", $"GrainKeys.Within(tenant, company, {RoutesSource.KeyText(key.Type)})"),
        };
        source.Line($"private {grain} {GrainName(consumed)}({parameter}) => grains.GetGrain<{grain}>({made});");
    }

    private static string GrainName(ConsumedSpec consumed) => Names.Pascal(consumed.Domain.Name) + "Grain";

    private static string KeyArgument(ConsumedSpec consumed) =>
        consumed.Domain.Key == GrainKeyKind.Parameter ? Names.Camel(consumed.Domain.KeyParameter!) : "";
}
