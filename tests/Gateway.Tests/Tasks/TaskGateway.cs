using System.Collections.Immutable;
using Buildify.Gateway.Fakes;
using Buildify.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Gateway.Tasks;

/// <summary>A gateway before owners that take everything: queue <c>default</c> in two partitions, <c>mail</c> in one.</summary>
internal static class TaskGateway
{
    public static Task<TestGateway> Start(Action<FakeGrains>? grains = null, Dictionary<string, string?>? settings = null) => TestGateway.Start(
        fakes =>
        {
            fakes
                .On<ITaskQueuesGrain>("Partitions", (_, _) => Task.FromResult<ImmutableArray<TaskPartition>>([new(1, "default", 0), new(2, "default", 1), new(3, "mail", 0)]))
                .On<ITaskQueueGrain>("Enqueue", (_, arguments) => Task.FromResult(Take(((ImmutableArray<NewTask>)arguments[0]!).Length)))
                .On<ITaskBatchGrain>("Enqueue", (_, arguments) => Task.FromResult(Take(((ImmutableArray<PlacedTask>)arguments[0]!).Length)));
            grains?.Invoke(fakes);
        },
        settings,
        services => services.AddSingleton(new TaskCatalog([.. TaskCatalog.From([typeof(TaskGateway).Assembly]).All])));

    public static Task<TestAnswer> Send(this TestGateway gateway, string json, params (string Name, string Value)[] headers) =>
        gateway.Post("/api/v1/tasks", json, TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);

    public static Task<TestAnswer> SendBatch(this TestGateway gateway, string json, params (string Name, string Value)[] headers) =>
        gateway.Post("/api/v1/tasks/batch", json, TestGateway.AdministratorToken, [("X-Tenant", "acme"), .. headers]);

    public static IEnumerable<NewTask> Enqueued(this TestGateway gateway) =>
        gateway.Grains.CallsOf<ITaskQueueGrain>("Enqueue").SelectMany(call => (ImmutableArray<NewTask>)call.Arguments[0]!);

    public static TaskView View(Guid id, TaskState state = TaskState.Queued) => new(id, "core.echo", "default", state, 5, new JsonText("""{"value":1}"""))
    {
        Tenant = "acme",
        MaxAttempts = 5,
        CreatedAt = DateTimeOffset.UnixEpoch,
        RunAt = DateTimeOffset.UnixEpoch,
    };

    private static Outcome<ImmutableArray<EnqueuedTask>> Take(int count) =>
        (ImmutableArray<EnqueuedTask>)[.. Enumerable.Range(0, count).Select(_ => new EnqueuedTask(Guid.NewGuid(), TaskState.Queued))];
}

[TaskType("test.letter", Queue = "mail", External = true, MaxAttempts = 8)]
internal sealed record Letter(string To, int Copies, [property: Validation.Size(Min = 1, Max = 3)] string? Stamp = null) : ITask<string>;

[TaskType("test.guarded", External = true, Permission = "test.send")]
internal sealed record Guarded : ITask<string>;

[TaskType("test.inner")]
internal sealed record Inner : ITask<string>;
