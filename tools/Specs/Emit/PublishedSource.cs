using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>
/// Writes what an operation appends its <c>publish_on_success</c> with. The call stands in the operation's own transaction, where nobody but
/// its author can put it: told after the commit, the event could be lost, and before it, be of something that never was.
/// </summary>
internal sealed class PublishedSource(ModuleSpec module, CSharpTypes types)
{
    public ImmutableArray<(DomainSpec Domain, OperationSpec Operation, EventSpec Event)> Published { get; } =
    [
        .. (from domain in module.Domains
            from operation in domain.Operations
            where operation.Publishes is not null && operation.Output is RecordType
            select (domain, operation, Event: module.Events.First(known => known.Name == operation.Publishes))).DistinctBy(published => published.Event.Name),
    ];

    public void Write(Source source)
    {
        source.Doc("What operations publish when they succeed: each appends it in its own transaction, before it commits.");
        source.Line($"internal static class {module.Namespace}Events").Block(() =>
            source.Spaced(Published, published => Write(source, published.Domain, published.Operation, published.Event)));
    }

    private void Write(Source source, DomainSpec domain, OperationSpec operation, EventSpec of)
    {
        var name = Names.Pascal(of.Name[(module.Name.Length + 1)..]);
        var isCompany = domain.Key is GrainKeyKind.Company or GrainKeyKind.Parameter;
        source.Doc($"{of.Name}, of what {operation.Name} answers.");
        source.Line($"public static Task<AppendedEvent> {name}(this IEventPublisher events, TenantSession session, {(isCompany ? "string company, " : "")}{types.Of(of.Payload)} output) =>");
        source.Line($"    events.Append(session, new {name}");
        source.Line("    {");
        foreach (var field in module.Records.First(record => record.Name == of.Payload.Name).Fields)
        {
            source.Line($"        {Names.Pascal(field.Name)} = output.{Names.Pascal(field.Name)},");
        }
        source.Line($"    }}{(isCompany ? ", new EventOptions { CompanyId = company }" : "")});");
    }
}
