using System.Collections.Immutable;
using System.Globalization;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>What the contracts project is made of: records, grain interfaces, events, tasks, and the client over HTTP.</summary>
internal sealed class ContractsFiles
{
    private readonly ModuleSpec _module;
    private readonly CSharpTypes _types;
    private readonly Signatures _signatures;
    private readonly RecordSource _records;

    public ContractsFiles(ModuleSpec module)
    {
        _module = module;
        _types = new CSharpTypes(module);
        _signatures = new Signatures(_types);
        _records = new RecordSource(module, _types);
    }

    public IEnumerable<(string File, string Text)> Write()
    {
        var written = _module.Records.Where(record => record.CSharp is null).ToList();
        if (written.Count > 0 || !_module.Enums.IsEmpty) yield return ("Models.g.cs", CSharpFile.Of(_module, "models", source =>
        {
            source.Spaced(_module.Enums, of => RecordSource.WriteEnum(source, of));
            if (!_module.Enums.IsEmpty && written.Count > 0) source.Line();
            source.Spaced(written, record => _records.WriteRecord(source, record));
        }));
        if (!_module.Events.IsEmpty) yield return ("Events.g.cs", CSharpFile.Of(_module, "events", source => source.Spaced(_module.Events, of => WriteEvent(source, of))));
        if (!_module.Tasks.IsEmpty) yield return ("Tasks.g.cs", CSharpFile.Of(_module, "tasks", source => source.Spaced(_module.Tasks, of => WriteTask(source, of))));
        foreach (var domain in _module.Domains)
        {
            yield return ($"{GrainSource.InterfaceOf(domain)}.g.cs", CSharpFile.Of(_module, domain.Name, source => new GrainSource(_module, _signatures).Write(source, domain)));
        }
        if (_module.Domains.Any(domain => domain.Operations.Any(operation => operation.Rest is not null)))
        {
            yield return ($"{_module.Namespace}HttpClient.g.cs", CSharpFile.Of(_module, "all domains", source => new HttpClientSource(_module, _types, _signatures).Write(source)));
        }
    }

    private void WriteEvent(Source source, EventSpec of)
    {
        var about = new List<string> { Names.Quote(of.Name), $"Version = {Number(of.Version)}" };
        if (of.OrderingKey is { } key) about.Add($"OrderingKey = {Names.Quote(key)}");
        if (of.Subject is { } subject) about.Add($"Subject = {Names.Quote(subject)}");
        if (of.RetentionDays is { } days) about.Add($"RetentionDays = {Number(days)}");
        if (of.External) about.Add("External = true");
        source.Doc(of.Summary);
        source.Line($"[EventType({string.Join(", ", about)})]");
        source.Line($"[GenerateSerializer, Immutable, Alias({Names.Quote(of.Name)})]");
        _records.Write(source, Local(of.Name), FieldsOf(of.Payload), " : IEvent");
    }

    private void WriteTask(Source source, TaskSpec of)
    {
        var about = new List<string> { Names.Quote(of.Name), $"Queue = {Names.Quote(of.Queue)}", $"MaxAttempts = {Number(of.MaxAttempts)}" };
        if (of.TimeoutSeconds is { } timeout) about.Add($"TimeoutSeconds = {Number(timeout)}");
        if (of.RateLimit is { } rate) about.Add($"RateLimit = {Number(rate)}");
        if (of.Concurrency is { } concurrency) about.Add($"Concurrency = {Number(concurrency)}");
        if (of.External) about.Add("External = true");
        if (of.PublishesEvents) about.Add("PublishesEvents = true");
        source.Doc(of.Summary);
        source.Line($"[TaskType({string.Join(", ", about)})]");
        source.Line($"[GenerateSerializer, Immutable, Alias({Names.Quote(of.Name)})]");
        _records.Write(source, Local(of.Name), FieldsOf(of.Payload), $" : ITask<{(of.Result is { } result ? _types.Of(result) : "Unit")}>");
    }

    private ImmutableArray<FieldSpec> FieldsOf(RecordType record) => _module.Records.First(known => known.Name == record.Name).Fields;

    // financial.invoice.created is InvoiceCreated in the module's own namespace.
    private string Local(string name) => Names.Pascal(name.StartsWith(_module.Name + ".", StringComparison.Ordinal) ? name[(_module.Name.Length + 1)..] : name);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
