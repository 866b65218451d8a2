using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Holds what a task or an event carries against the operation that it calls.</summary>
internal static class Payloads
{
    /// <summary>A task's payload is the operation's input, and its result the output.</summary>
    public static void Check(TaskSpec task, OperationSpec operation, ModuleScope scope, Place place)
    {
        if (task.Payload.Name.Length == 0) return;
        if (operation.Input is { } input && input != task.Payload)
        {
            scope.Problems.Add(SpecErrors.PayloadMismatch, place,
                $"task '{task.Name}' carries {task.Payload.Name}, and '{operation.Name}' takes {input.Name}; make them the same");
        }
        else
        {
            CheckParameters($"task '{task.Name}'", task.Payload, operation, scope, place);
        }
        if (task.Result is { } result && result != operation.Output)
        {
            scope.Problems.Add(SpecErrors.PayloadMismatch, place,
                $"task '{task.Name}' answers {Scalars.Name(result)}, and '{operation.Name}' answers {(operation.Output is { } output ? Scalars.Name(output) : "nothing")}; make them the same");
        }
    }

    /// <summary>An event's payload has at least what the operation requires: a subscriber may know less of it than the publisher.</summary>
    public static void CheckDelivery(EventSpec published, OperationSpec operation, ModuleScope scope, Place place)
    {
        if (published.Payload.Name.Length == 0) return;
        if (operation.Input is { } input && input != published.Payload)
        {
            foreach (var field in scope.Catalog.ShapeOf(input).Record.Fields) CheckField($"event '{published.Name}'", published.Payload, field, operation, scope, place);
        }
        CheckParameters($"event '{published.Name}'", published.Payload, operation, scope, place);
    }

    private static void CheckParameters(string carrier, RecordType payload, OperationSpec operation, ModuleScope scope, Place place)
    {
        foreach (var parameter in operation.Parameters) CheckField(carrier, payload, parameter.Field, operation, scope, place);
    }

    private static void CheckField(string carrier, RecordType payload, FieldSpec needed, OperationSpec operation, ModuleScope scope, Place place)
    {
        var record = scope.Catalog.ShapeOf(payload).Record;
        if (needed.Optional || needed.Default is not null || record is { CSharp: not null, Fields.IsEmpty: true }) return;
        var carried = record.Fields.FirstOrDefault(f => f.Name == needed.Name);
        if (carried is not null && carried.Type == needed.Type) return;
        scope.Problems.Add(SpecErrors.PayloadMismatch, place, carried is null
            ? $"{carrier} carries {payload.Name}, which has no '{needed.Name}' for '{operation.Name}'; add the field, or make '{needed.Name}' optional"
            : $"{carrier} carries '{needed.Name}' as {Scalars.Name(carried.Type)}, and '{operation.Name}' takes {Scalars.Name(needed.Type)}; make them the same");
    }
}
