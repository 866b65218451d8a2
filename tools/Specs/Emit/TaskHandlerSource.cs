using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>
/// Writes the handler of a task that calls an operation. The grain of a company is found by the payload's <c>company_id</c>; where it has
/// none, or is a class of somebody else's, the handler is the module's to write.
/// </summary>
internal sealed class TaskHandlerSource(ModuleSpec module, CSharpTypes types)
{
    public ImmutableArray<(DomainSpec Domain, OperationSpec Operation, TaskSpec Task)> Handled { get; } =
    [
        .. from domain in module.Domains
           from operation in domain.Operations
           where operation.Task is not null && operation.Handler is null
           let task = module.Tasks.First(task => task.Name == operation.Task)
           where CanBeWritten(module, domain, task)
           select (domain, operation, task),
    ];

    public void Write(Source source) => source.Spaced(Handled, handled => Write(source, handled.Domain, handled.Operation, handled.Task));

    private static bool CanBeWritten(ModuleSpec module, DomainSpec domain, TaskSpec task) =>
        Payload(module, task) is { CSharp: null } payload && domain.Key switch
        {
            GrainKeyKind.Tenant => true,
            GrainKeyKind.Company => HasCompany(payload),
            GrainKeyKind.Parameter => HasCompany(payload) && payload.Fields.Any(field => field.Name == domain.KeyParameter),
            _ => false,
        };

    private static bool HasCompany(RecordSpec payload) => payload.Fields.Any(field => field is { Name: "company_id", Optional: false });

    private static RecordSpec? Payload(ModuleSpec module, TaskSpec task) => module.Records.FirstOrDefault(record => record.Name == task.Payload.Name);

    private void Write(Source source, DomainSpec domain, OperationSpec operation, TaskSpec task)
    {
        var (record, result) = (Local(task.Name), task.Result is { } of ? types.Of(of) : "Unit");
        source.Doc($"Calls {operation.Name} for the task {task.Name}.");
        source.Line($"internal sealed class {record}Handler(IGrainFactory grains) : ITaskHandler<{record}, {result}>").Block(() =>
        {
            source.Line($"public async Task<{result}> Handle({record} task, TaskContext context)").Block(() => WriteBody(source, domain, operation, task));
        });
    }

    private void WriteBody(Source source, DomainSpec domain, OperationSpec operation, TaskSpec task)
    {
        var payload = Payload(module, task)!;
        var input = operation.Input is null ? "" : ", input";
        if (operation.Input is { } taken)
        {
            source.Line($"var input = new {types.Of(taken)}").Block(() =>
            {
                foreach (var field in payload.Fields) source.Line($"{Names.Pascal(field.Name)} = task.{Names.Pascal(field.Name)},");
            }, close: "};");
        }
        var company = domain.Key == GrainKeyKind.Tenant ? "company: null" : "task.CompanyId";
        source.Line($"if (await ModuleAccess.Refuse(grains, {Names.Quote(module.Name)}, context.Tenant, {company}{input}) is {{ }} refusal) throw refusal.ToException();");
        var arguments = string.Join(", ", Arguments(operation, payload));
        source.Line($"var outcome = await grains.GetGrain<{GrainSource.InterfaceOf(domain)}>({Key(domain, payload)}).{Names.Pascal(operation.Name)}({arguments});");
        source.Line("if (outcome.Failure is { } failure) throw failure.ToException();");
        source.Line($"return {(task.Result is null ? "Unit.Value" : task.Result is ListType ? "outcome.Value!.Items" : "outcome.Value!")};");
    }

    // In the order of Signatures.OfGrain.
    private IEnumerable<string> Arguments(OperationSpec operation, RecordSpec payload)
    {
        foreach (var (field, _) in operation.Parameters)
        {
            yield return payload.Fields.Any(known => known.Name == field.Name) ? $"task.{Names.Pascal(field.Name)}" : types.Default(field) ?? "null";
        }
        if (operation.Input is not null) yield return "input";
        if (Signatures.IsPage(operation)) yield return "new PageRequest()";
        if (!operation.IsQuery) yield return $"Call.BySystem({Names.Quote("task:" + operation.Task)})";
    }

    private static string Key(DomainSpec domain, RecordSpec payload)
    {
        if (domain.Key == GrainKeyKind.Tenant) return "GrainKeys.Tenant(context.Tenant)";
        if (domain.Key == GrainKeyKind.Company) return "GrainKeys.Company(context.Tenant, task.CompanyId)";
        var key = payload.Fields.First(field => field.Name == domain.KeyParameter);
        var text = RoutesSource.KeyText(key.Type).Replace("key", $"task.{Names.Pascal(key.Name)}", StringComparison.Ordinal);
        return $"GrainKeys.Within(context.Tenant, task.CompanyId, {text})";
    }

    // financial.invoice.issue is InvoiceIssue in the module's own namespace.
    private string Local(string name) => Names.Pascal(name.StartsWith(module.Name + ".", StringComparison.Ordinal) ? name[(module.Name.Length + 1)..] : name);
}
