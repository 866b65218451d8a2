using System.Collections.Immutable;
using Buildify.Diagnostics;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Problems;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>Makes tasks of what came over HTTP, or says all that is wrong with it.</summary>
internal sealed class TaskIntake(TaskCatalog catalog, TaskPartitions partitions, TimeProvider time)
{
    /// <summary>How late a task may come that was to run at a time: clocks differ.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <param name="isBatch">Whether fields are named by the task's place, as <c>tasks[3].type</c>.</param>
    public async ValueTask<(ImmutableArray<NewTask> Tasks, Problem? Refusal)> Read(
        HttpContext http, string tenant, ImmutableArray<TaskBody> bodies, bool isBatch, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = new List<FieldError>();
        var tasks = ImmutableArray.CreateBuilder<NewTask>(bodies.Length);
        for (var index = 0; index < bodies.Length && errors.Count < JsonShape.MaxErrors; index++)
        {
            var path = isBatch ? $"tasks[{index}]" : "";
            var body = bodies[index];
            if (TaskInput.FindType(catalog, path, body.Type, errors) is not { } type) continue;
            if (TaskInput.Forbid(http, type) is { } forbidden) return ([], forbidden);
            if (!TaskRules.FitsInto(body.Payload.Json.Text)) return ([], TooLarge(path));

            var task = Make(tenant, body, type);
            errors.AddRange(Check(body, task, now).Select(error => At(path, error)));
            TaskInput.CheckPayload(type, JsonPath(path, "payload"), body.Payload.Json, member: null, errors);
            if ((await partitions.Of(task.Queue, cancellation)).IsEmpty) errors.Add(At(path, new("queue", await UnknownQueue(task.Queue, cancellation))));
            tasks.Add(task);
        }
        return errors.Count == 0 ? (tasks.DrainToImmutable(), null) : ([], Problem.Of(Failure.Invalid([.. errors.Take(JsonShape.MaxErrors)])));
    }

    private async ValueTask<string> UnknownQueue(string name, CancellationToken cancellation) =>
        $"is no queue; {Nearest.Hint(name, await partitions.Queues(cancellation))}";

    private static Problem TooLarge(string path) => Problem.Of(
        ProblemCodes.TooLarge,
        $"{JsonPath(path, "payload")} has more than {TaskOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload.");

    private static NewTask Make(string tenant, TaskBody body, TaskTypeInfo type) => new(tenant, type.Name, body.Queue ?? type.About.Queue, body.Payload.Json)
    {
        Priority = body.Priority,
        MaxAttempts = body.MaxAttempts ?? type.About.MaxAttempts,
        Retain = body.Retain,
        RunAt = body.RunAt,
        DelaySeconds = body.DelaySeconds,
        ExpiresAt = body.ExpiresAt,
        UniqueKey = body.UniqueKey,
        OrderingKey = body.OrderingKey,
        CorrelationId = CallContext.CorrelationId,
        TraceParent = CallContext.TraceParent,
    };

    private static IEnumerable<FieldError> Check(TaskBody body, NewTask task, DateTimeOffset now)
    {
        IEnumerable<FieldError> errors = TaskRules.Check(task, now);
        return body.RunAt < now - Late ? errors.Append(new("run_at", "is past; leave it out for now")) : errors;
    }

    private static FieldError At(string path, FieldError error) => path.Length == 0 ? error : error with { Field = JsonPath(path, error.Field) };

    private static string JsonPath(string path, string name) => Bodies.JsonPath.Join(path, name);
}
