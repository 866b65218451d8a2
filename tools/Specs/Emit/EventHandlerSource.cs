using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>
/// Writes the handlers of events that call operations. Of the module's own events the payload's fields fall on the operation's parameters and
/// input in C#; of others, and of patterns, they are found by their names when the event comes. The company is the event's.
/// </summary>
internal sealed class EventHandlerSource(ModuleSpec module, CSharpTypes types)
{
    public ImmutableArray<(DomainSpec Domain, OperationSpec Operation, string Pattern)> Handled { get; } =
    [
        .. from domain in module.Domains
           where domain.Key != GrainKeyKind.Platform
           from operation in domain.Operations
           where operation.Handler is null
           from pattern in operation.OnEvents
           select (domain, operation, pattern),
    ];

    public void Write(Source source) => source.Spaced(Handled, handled => Write(source, handled.Domain, handled.Operation, handled.Pattern));

    private void Write(Source source, DomainSpec domain, OperationSpec operation, string pattern)
    {
        var own = module.Events.FirstOrDefault(known => known.Name == pattern);
        var payload = own is null ? null : module.Records.FirstOrDefault(record => record.Name == own.Payload.Name && record.CSharp is null);
        var type = payload is null ? "LoggedEvent" : Local(pattern);
        var name = SubscriptionOf(operation, pattern);
        source.Doc($"Calls {operation.Name} for {(pattern.Contains('*', StringComparison.Ordinal) ? "events of" : "the event")} {pattern}.");
        source.Line($"[Subscribe({Names.Quote(pattern)}, Name = {Names.Quote(name)})]");
        source.Line($"internal sealed class {Names.Pascal(name.Replace('-', '_'))}Handler(IGrainFactory grains) : IEventHandler{(payload is null ? "" : $"<{type}>")}").Block(() =>
        {
            source.Line($"public Task Handle({type} @event, EventContext context)").Block(() => WriteBody(source, domain, operation, name, payload));
        });
    }

    private void WriteBody(Source source, DomainSpec domain, OperationSpec operation, string name, RecordSpec? payload)
    {
        var read = payload is null ? new ByName() : (Reading)new ByContract(payload, types);
        if (payload is null && (operation.Input is not null || !operation.Parameters.IsEmpty || domain.Key == GrainKeyKind.Parameter)) source.Line("var fields = new EventFields(@event);");
        if (domain.Key != GrainKeyKind.Tenant) source.Line("var company = EventOperations.Company(context);");
        if (KeyOf(domain, operation) is { } key) source.Line($"var key = {read.Value(key, types)};");
        if (operation.Input is { } taken) read.WriteInput(source, types.Of(taken), FieldsOf(taken));
        var (company, input) = (domain.Key == GrainKeyKind.Tenant ? "company: null" : "company", operation.Input is null ? "input: null" : "input");
        var arguments = string.Join(", ", Arguments(operation, read));
        source.Line($"return EventOperations.Call(grains, {Names.Quote(module.Name)}, {Names.Quote(name)}, {company}, {input}, context, call =>");
        source.Line($"    grains.GetGrain<{GrainSource.InterfaceOf(domain)}>({Key(domain, operation)}).{Names.Pascal(operation.Name)}({arguments}));");
    }

    // In the order of Signatures.OfGrain.
    private IEnumerable<string> Arguments(OperationSpec operation, Reading read)
    {
        foreach (var (field, _) in operation.Parameters) yield return read.Value(field, types);
        if (operation.Input is not null) yield return "input";
        if (Signatures.IsPage(operation)) yield return "new PageRequest()";
        if (!operation.IsQuery) yield return "call";
    }

    private static FieldSpec? KeyOf(DomainSpec domain, OperationSpec operation) =>
        domain.Key == GrainKeyKind.Parameter ? operation.Parameters.First(parameter => parameter.Field.Name == domain.KeyParameter).Field : null;

    private static string Key(DomainSpec domain, OperationSpec operation) =>
        domain.Key == GrainKeyKind.Tenant ? "GrainKeys.Tenant(context.Tenant)"
        : KeyOf(domain, operation) is { } key ? $"GrainKeys.Within(context.Tenant, company, {RoutesSource.KeyText(key.Type)})"
        : "GrainKeys.Company(context.Tenant, company)";

    private ImmutableArray<FieldSpec> FieldsOf(RecordType record) => module.Records.First(known => known.Name == record.Name).Fields;

    // A new pattern is a new place in the log, whatever stands beside it in the list.
    private static string SubscriptionOf(OperationSpec operation, string pattern)
    {
        var words = pattern.Replace("**", "all", StringComparison.Ordinal).Replace("*", "any", StringComparison.Ordinal).Replace('.', '-');
        return $"{operation.Name}-on-{words}".Replace('_', '-');
    }

    private string Local(string name) => Names.Pascal(name.StartsWith(module.Name + ".", StringComparison.Ordinal) ? name[(module.Name.Length + 1)..] : name);

    /// <summary>How a payload's fields are read.</summary>
    private abstract class Reading
    {
        public abstract string Value(FieldSpec needed, CSharpTypes types);

        public abstract void WriteInput(Source source, string type, ImmutableArray<FieldSpec> fields);
    }

    private sealed class ByContract(RecordSpec payload, CSharpTypes types) : Reading
    {
        public override string Value(FieldSpec needed, CSharpTypes _) => Of(needed) ?? types.Default(needed) ?? "null";

        public override void WriteInput(Source source, string type, ImmutableArray<FieldSpec> fields) => source.Line($"var input = new {type}").Block(() =>
        {
            foreach (var field in fields)
            {
                if (Of(field) is { } value) source.Line($"{Names.Pascal(field.Name)} = {value},");
            }
        }, close: "};");

        private string? Of(FieldSpec needed)
        {
            if (payload.Fields.FirstOrDefault(field => field.Name == needed.Name) is not { } carried || carried.Type != needed.Type) return null;
            var value = $"@event.{Names.Pascal(carried.Name)}";
            if (!carried.Optional || needed.Optional) return value;
            return $"{value} ?? {types.Default(needed) ?? $"throw EventOperations.Lacks(context, {Names.Quote(needed.Name)})"}";
        }
    }

    private sealed class ByName : Reading
    {
        public override string Value(FieldSpec needed, CSharpTypes types)
        {
            var otherwise = types.Default(needed) ?? (needed.Optional ? "null" : null);
            return $"fields.Get<{types.OfField(needed)}>({Names.Quote(needed.Name)}{(otherwise is null ? "" : $", {otherwise}")})";
        }

        public override void WriteInput(Source source, string type, ImmutableArray<FieldSpec> fields) =>
            source.Line($"var input = fields.Record<{type}>({string.Join(", ", fields.Select(field => Names.Quote(field.Name)))});");
    }
}
