using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads one operation of a domain.</summary>
/// <param name="prefixPlaceholders">Those of the domain's prefix.</param>
internal sealed class OperationReader(ModuleScope scope, DomainSpec domain, ImmutableArray<SpecText> prefixPlaceholders)
{
    private readonly Problems _problems = scope.Problems;

    public OperationSpec? Read(SpecEntry entry)
    {
        var member = Names.Pascal(entry.Key);
        if (Names.CheckMember(entry, "an operation", _problems) && (member == scope.Namespace + "Client" || member == scope.Namespace + "HttpClient"))
        {
            _problems.Add(SpecErrors.MemberNamedAsType, entry.Place, $"'{entry.Key}' would be a member of C# type '{member}' and have its name; call it otherwise");
        }
        if (scope.Fields(entry.Value, SpecKeys.Operation) is not { } fields) return null;
        var input = fields.Text("input") is { } inputText ? Records.Read(inputText, "input", scope) : null;
        var output = fields.Text("output") is { } outputText ? Records.ReadOutput(outputText, scope) : null;
        var handler = CSharp.FullName(fields, "handler", _problems);
        var rest = fields.Node("rest") is { } node ? scope.Fields(node, SpecKeys.Rest) : null;
        var placeholders = rest?.Text("path") is { } path ? [.. prefixPlaceholders, .. UrlPath.Placeholders(path, _problems)]
            : rest is not null ? prefixPlaceholders : [];
        var operation = new OperationSpec
        {
            Name = entry.Key,
            Summary = fields.Text("summary")?.Value,
            Input = input,
            Output = output,
            Parameters = new ParametersReader(scope, entry.Key, placeholders, rest is not null).Read(fields.Items("params"), output is ListType),
            Permission = Permission(fields.Text("permission")),
            Access = ReadAccess(fields),
            Rest = rest is null ? null : new RestReader(_problems).Read(rest, fields.PlaceOf("rest"), fields.Has("input"), fields.Has("output"), handler is not null),
            Internal = fields.Flag("internal") ?? false,
            Handler = handler,
            Accepted = fields.Text("accepted") is { } accepted ? Records.ReadOutput(accepted, scope) : null,
            Place = entry.Place,
        };
        operation = operation with { IsQuery = operation.Rest?.Method == "GET" };
        CheckDirections(fields, operation);
        operation = Task(fields, Events(fields, operation));
        CheckKey(operation);
        CheckWaysIn(fields, operation);
        return operation;
    }

    private string? Permission(SpecText? text)
    {
        if (text is null || scope.IsPlatform || scope.Permissions.Contains(text.Value)) return text?.Value;
        _problems.Add(SpecErrors.UnknownPermission, text.Place, $"manifest.json declares no permission '{text.Value}'; "
            + (Nearest.To(text.Value, scope.Permissions.Order(StringComparer.Ordinal)) is { } near ? $"did you mean '{near}'?" : $"add \"{text.Value}\": \"What it allows\" to its permissions"));
        return text.Value;
    }

    private static Access ReadAccess(Fields fields) => fields.OneOf("access", "tenant", "signed_in", "platform_administrator", "public") switch
    {
        "signed_in" => Access.SignedIn,
        "platform_administrator" => Access.PlatformAdministrator,
        "public" => Access.Public,
        _ => Access.Tenant,
    };

    private OperationSpec Events(Fields fields, OperationSpec operation)
    {
        if (fields.Node("events") is not { } node || scope.Fields(node, SpecKeys.OperationEvents) is not { } events) return operation;
        var patterns = EventPatterns.Read(events.Words("on"), scope);
        foreach (var own in scope.Events.Where(e => patterns.Contains(e.Name))) Payloads.CheckDelivery(own, operation, scope, events.PlaceOf("on"));
        if (events.Text("publish_on_success") is not { } text || EventPatterns.Own(text, scope) is not { } published) return operation with { OnEvents = patterns };
        if (operation.Output != published.Payload && published.Payload.Name.Length > 0)
        {
            _problems.Add(SpecErrors.PayloadMismatch, text.Place,
                $"'{published.Name}' carries {published.Payload.Name}, and '{operation.Name}' answers {(operation.Output is { } o ? Scalars.Name(o) : "nothing")}; make the output {published.Payload.Name}");
        }
        return operation with { OnEvents = patterns, Publishes = published.Name };
    }

    private OperationSpec Task(Fields fields, OperationSpec operation)
    {
        var words = fields.Words("task");
        foreach (var more in words.Skip(1)) _problems.Add(SpecErrors.BadValue, more.Place, $"one task calls an operation; give '{more.Value}' an operation of its own");
        if (words is not [var text, ..]) return operation;
        var name = scope.FullName(text.Value);
        if (scope.Tasks.FirstOrDefault(t => t.Name == name) is { } task)
        {
            Payloads.Check(task, operation, scope, text.Place);
            return operation with { Task = name };
        }
        _problems.Add(SpecErrors.UnknownTask, text.Place, $"module '{scope.Name}' has no task '{text.Value}'; "
            + (scope.Tasks.IsEmpty ? "it declares none; add it to spec/tasks.yaml" : Nearest.Hint(name, scope.Tasks.Select(t => t.Name))));
        return operation;
    }

    // Inside of the cluster modules trust each other with what they store; over REST nobody is.
    private void CheckDirections(Fields fields, OperationSpec operation)
    {
        if (operation.Rest is null) return;
        if (operation.Input is { } input && scope.Catalog.ShapeOf(input) is { ReadOnly: [var field, ..] } shape)
        {
            _problems.Add(SpecErrors.WrongDirection, fields.PlaceOf("input"), $"'{input.Name}' has the read-only field '{field}', which no caller may set; take '{shape.Record.Model}Create', or a view without it");
        }
        if ((operation.Output is ListType list ? list.Item : operation.Output) is not RecordType output) return;
        var answered = scope.Catalog.ShapeOf(output);
        if (answered.WriteOnly is [var secret, ..])
        {
            _problems.Add(SpecErrors.WrongDirection, fields.PlaceOf("output"), $"'{output.Name}' has the write-only field '{secret}', which is never told; take '{answered.Record.Model}Read', or a view without it");
        }
        if (answered.LeftOut is [var lacking, ..])
        {
            _problems.Add(SpecErrors.WrongDirection, fields.PlaceOf("output"), $"'{output.Name}' lacks the read-only field '{lacking}', because it is an input as well; take '{answered.Record.Model}Read' here");
        }
    }

    private void CheckKey(OperationSpec operation)
    {
        if (domain.Key == GrainKeyKind.Parameter && operation.Handler is null) GrainKeys.Check(domain.KeyParameter!, operation, scope);
    }

    private void CheckWaysIn(Fields fields, OperationSpec operation)
    {
        if (fields.Has("rest") || fields.Has("task") || operation.Internal || !operation.OnEvents.IsEmpty) return;
        if (fields.Node("events") is SpecMap events && events.Entries.Any(e => e.Key is "on" or "subscribe")) return;
        _problems.Add(SpecErrors.NoWayIn, operation.Place, $"'{operation.Name}' has no way in: give it rest, events, task, or internal: true");
    }
}
