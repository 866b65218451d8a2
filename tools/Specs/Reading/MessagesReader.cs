using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads <c>spec/events.yaml</c> and <c>spec/tasks.yaml</c>.</summary>
internal sealed class MessagesReader(ModuleScope scope)
{
    private readonly Problems _problems = scope.Problems;

    public ImmutableArray<EventSpec> Events(SpecNode? root)
    {
        var file = root is null ? null : scope.Fields(root, SpecKeys.Events);
        return [.. Named(file?.Named("events") ?? [], "an event").Select(x => Event(x.Entry, x.Name)).OfType<EventSpec>()];
    }

    public ImmutableArray<TaskSpec> Tasks(SpecNode? root)
    {
        var file = root is null ? null : scope.Fields(root, SpecKeys.Tasks);
        return [.. Named(file?.Named("tasks") ?? [], "a task").Select(x => Task(x.Entry, x.Name)).OfType<TaskSpec>()];
    }

    // Generated C# names are made of what stands behind the module's, so those have to differ too.
    private IEnumerable<(SpecEntry Entry, string Name)> Named(ImmutableArray<SpecEntry> entries, string noun)
    {
        var members = new Dictionary<string, SpecEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var name = scope.FullName(entry.Key);
            if (!Names.IsDotted(entry.Key))
            {
                _problems.Add(SpecErrors.BadName, entry.Place,
                    $"'{entry.Key}' is no name of {noun}: words of a-z, digits, '_' and '-' with dots between them, as invoice.created");
            }
            else if (!members.TryAdd(Names.Pascal(name), entry))
            {
                _problems.Add(SpecErrors.DuplicateName, entry.Place,
                    $"'{entry.Key}' is called as '{members[Names.Pascal(name)].Key}' in line {members[Names.Pascal(name)].Place.Line}; rename one");
                continue;
            }
            yield return (entry, name);
        }
    }

    private EventSpec? Event(SpecEntry entry, string name)
    {
        if (scope.Fields(entry.Value, SpecKeys.Event) is not { } fields) return null;
        _ = (fields.Flag("publish"), fields.Flag("subscribe"));
        var payload = Payload(fields, entry.Place);
        return new EventSpec(
            name,
            payload ?? new RecordType(""),
            fields.Int("version", 1, int.MaxValue) ?? 1,
            OrderingKey(fields.Text("ordering_key"), payload),
            Subject(fields, payload, entry.Place),
            Durations.Days(fields.Text("retention"), _problems),
            fields.Flag("external") ?? false,
            fields.Text("summary")?.Value,
            entry.Place);
    }

    private TaskSpec? Task(SpecEntry entry, string name)
    {
        if (scope.Fields(entry.Value, SpecKeys.Task) is not { } fields) return null;
        var result = fields.Text("result") is { } text ? scope.Types.Read(text) : null;
        if (result is { } used) scope.Catalog.Use(used.Type);
        return new TaskSpec(
            name,
            Payload(fields, entry.Place) ?? new RecordType(""),
            result?.Type,
            Queue(fields.Text("queue")),
            fields.Int("max_attempts", 1, 100) ?? 5,
            Durations.Seconds(fields.Text("timeout"), _problems),
            fields.Int("rate_limit", 1, int.MaxValue),
            fields.Int("concurrency", 1, int.MaxValue),
            fields.Flag("external") ?? false,
            fields.Flag("publishes_events") ?? false,
            fields.Text("summary")?.Value,
            entry.Place);
    }

    private RecordType? Payload(Fields fields, Place missingAt)
    {
        if (fields.Text("payload", required: true, missingAt) is not { } text) return null;
        return Records.Read(text, "payload", scope);
    }

    private string? OrderingKey(SpecText? text, RecordType? payload) => KeyField(text, payload, "to order by", "events are ordered by a scalar");

    // What is personal is encrypted in the log with the key of whom it is about; what says who that is stands there as it is.
    private string? Subject(Fields fields, RecordType? payload, Place place)
    {
        var (text, ordering) = (fields.Text("subject"), fields.Text("ordering_key"));
        var subject = KeyField(text, payload, "to say whose the personal fields are", "a person is named by a scalar");
        if (payload is null || scope.Catalog.ShapeOf(payload).Record.Fields.Where(field => field.Personal).ToList() is not [var first, ..] personal) return subject;
        if ((text ?? ordering) is null)
        {
            _problems.Add(SpecErrors.BadValue, place, $"'{payload.Name}' has the personal field '{first.Name}', and nothing says whose it is; add subject, a field of the payload");
        }
        foreach (var named in new[] { text, ordering }.OfType<SpecText>().Where(named => personal.Any(field => field.Name == named.Value)))
        {
            _problems.Add(SpecErrors.BadValue, named.Place, $"'{named.Value}' is personal, and would stand in the log as it is; name an id");
        }
        foreach (var field in personal.Where(field => !field.Optional && CannotBeNull(field.Type)))
        {
            _problems.Add(SpecErrors.BadValue, place, $"'{field.Name}' of '{payload.Name}' is personal, and null once the person is forgotten; make it optional");
        }
        return subject;
    }

    private static bool CannotBeNull(TypeRef type) => type is not (RecordType or MapType or ScalarType { Scalar: Scalar.String or Scalar.Slug or Scalar.DisplayName });

    private string? KeyField(SpecText? text, RecordType? payload, string purpose, string rule)
    {
        if (text is null || payload is null) return text?.Value;
        var record = scope.Catalog.ShapeOf(payload).Record;
        var field = record.Fields.FirstOrDefault(f => f.Name == text.Value);
        if (field is null && !(record.CSharp is not null && record.Fields.IsEmpty))
        {
            _problems.Add(SpecErrors.UnknownField, text.Place,
                $"'{payload.Name}' has no field '{text.Value}' {purpose}; {Nearest.Hint(text.Value, record.Fields.Select(f => f.Name))}");
        }
        else if (field is { Type: not (ScalarType { Scalar: not Scalar.Json } or EnumType) })
        {
            _problems.Add(SpecErrors.BadValue, text.Place, $"'{text.Value}' is {Scalars.Name(field.Type)}; {rule}");
        }
        return text.Value;
    }

    private string Queue(SpecText? text)
    {
        if (text is null) return "default";
        if (!Names.IsDotted(text.Value)) _problems.Add(SpecErrors.BadName, text.Place, $"'{text.Value}' is no name of a queue: words of a-z, digits, '_' and '-', as mail");
        return text.Value;
    }
}
