using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Buildify.Diagnostics;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Problems;
using Buildify.Tasks;
using Buildify.Validation;

namespace Buildify.Gateway.Tasks;

/// <summary>Makes tasks of what came over HTTP, or says all that is wrong with it.</summary>
internal sealed class TaskIntake(TaskCatalog catalog, TaskPartitions partitions, TimeProvider time)
{
    private const string DefaultPermission = "tasks.enqueue";

    /// <summary>How late a task may come that was to run at a time: clocks differ.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly ImmutableArray<string> _external = [.. catalog.All.Where(type => type.About.External).Select(type => type.Name)];

    /// <param name="isBatch">Whether fields are named by the task's place, as <c>tasks[3].type</c>.</param>
    public async ValueTask<(ImmutableArray<NewTask> Tasks, Problem? Refusal)> Read(
        ClaimsPrincipal user, string tenant, ImmutableArray<TaskBody> bodies, bool isBatch, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = new List<FieldError>();
        var tasks = ImmutableArray.CreateBuilder<NewTask>(bodies.Length);
        for (var index = 0; index < bodies.Length && errors.Count < JsonShape.MaxErrors; index++)
        {
            var path = isBatch ? $"tasks[{index}]" : "";
            var body = bodies[index];
            if (FindType(body.Type) is not { } type)
            {
                errors.Add(At(path, new("type", UnknownType(body.Type))));
                continue;
            }
            if (Forbid(user, type) is { } forbidden) return ([], forbidden);
            if (!TaskRules.FitsInto(body.Payload.Json.Text)) return ([], TooLarge(path));

            var task = Make(tenant, body, type);
            errors.AddRange(Check(body, task, now).Select(error => At(path, error)));
            errors.AddRange(CheckPayload(body, type, JsonPath(path, "payload")));
            if ((await partitions.Of(task.Queue, cancellation)).IsEmpty) errors.Add(At(path, new("queue", await UnknownQueue(task.Queue, cancellation))));
            tasks.Add(task);
        }
        return errors.Count == 0 ? (tasks.DrainToImmutable(), null) : ([], Problem.Of(Failure.Invalid([.. errors.Take(JsonShape.MaxErrors)])));
    }

    private TaskTypeInfo? FindType(string name) => catalog.Find(name) is { About.External: true } type ? type : null;

    private string UnknownType(string name) => $"is no task type that can be sent; {Nearest.Hint(name, _external)}";

    private async ValueTask<string> UnknownQueue(string name, CancellationToken cancellation) =>
        $"is no queue; {Nearest.Hint(name, await partitions.Queues(cancellation))}";

    private static Problem? Forbid(ClaimsPrincipal user, TaskTypeInfo type)
    {
        var permission = type.About.Permission ?? DefaultPermission;
        return user.May(permission)
            ? null
            : Problem.Of(ProblemCodes.Forbidden, $"To send a task of type '{type.Name}' needs the permission '{permission}', which no role of yours holds.");
    }

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

    // As strictly as a request's body: the type's record is what the handler will be given.
    private static List<FieldError> CheckPayload(TaskBody body, TaskTypeInfo type, string path)
    {
        using var payload = body.Payload.Json.Parse();
        var shape = Body.Options.GetTypeInfo(type.Record);
        var errors = new List<FieldError>();
        try
        {
            var record = payload.RootElement.Deserialize(shape)!;
            errors.AddRange(InputRules.Check(record).Select(error => error.Field == "$" ? error with { Field = path } : At(path, error)));
        }
        catch (JsonException)
        {
            JsonShape.Check(payload.RootElement, shape, path, errors);
            if (errors.Count == 0) errors.Add(new(path, "has a value that does not fit its field"));
        }
        return errors;
    }

    private static FieldError At(string path, FieldError error) => path.Length == 0 ? error : error with { Field = JsonPath(path, error.Field) };

    private static string JsonPath(string path, string name) => Bodies.JsonPath.Join(path, name);
}
