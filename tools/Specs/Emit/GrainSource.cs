using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>Writes a domain's grain interface: implement it, and the compiler says what is missing.</summary>
internal sealed class GrainSource(ModuleSpec module, Signatures signatures)
{
    public static string InterfaceOf(DomainSpec domain) => $"I{Names.Pascal(domain.Name)}Grain";

    public void Write(Source source, DomainSpec domain)
    {
        source.Doc($"{domain.Summary ?? $"The operations of {domain.Name}."} {KeyWords(domain)}");
        source.Line($"[Alias({Names.Quote($"{module.Name}.{domain.Name}")})]");
        source.Line($"public interface {InterfaceOf(domain)} : IGrainWithStringKey").Block(() => source.Spaced(domain.Operations, operation =>
        {
            source.Doc(operation.Summary);
            source.Line($"[Alias({Names.Quote(operation.Name)}){(operation.IsQuery ? ", ReadOnly" : "")}]");
            source.Line($"{signatures.Result(operation)} {Names.Pascal(operation.Name)}({Signatures.Declare(signatures.OfGrain(operation))});");
        }));
    }

    private static string KeyWords(DomainSpec domain) => domain.Key switch
    {
        GrainKeyKind.Company => "One grain for each company (GrainKeys.Company).",
        GrainKeyKind.Tenant => "One grain for each tenant (GrainKeys.Tenant).",
        GrainKeyKind.Parameter => $"One grain for each {domain.KeyParameter} of a company (GrainKeys.Within).",
        _ => "One grain in the platform (GrainKeys.Platform).",
    };
}
