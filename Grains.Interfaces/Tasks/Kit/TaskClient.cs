using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Databases;
using Buildify.Diagnostics;
using Buildify.Idempotency;
using Buildify.Validation;

namespace Buildify.Tasks;

/// <summary>
/// Enqueues by the grain that owns the partition. What goes to several partitions is written by <see cref="ITaskBatchGrain"/>, so that it is
/// all or none there too.
/// </summary>
internal sealed class TaskClient(IGrainFactory grains, TaskCatalog catalog, TaskPartitions partitions, TimeProvider time) : ITaskClient
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private int _turn;

    public async Task<TaskHandle<TResult>> Enqueue<TResult>(
        string tenant, ITask<TResult> task, TaskOptions? options = null, CancellationToken cancellation = default)
    {
        var written = Accept(await Enqueue([Make(tenant, task, options ?? new())], stamp: null, cancellation));
        return Handle<TResult>(tenant, written[0]);
    }

    public async Task<ImmutableArray<TaskHandle<TResult>>> EnqueueAll<TResult>(
        string tenant, IEnumerable<ITask<TResult>> tasks, TaskOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ImmutableArray<NewTask> made = [.. tasks.Select(task => Make(tenant, task, options ?? new()))];
        if (made.Length > TaskOptions.MaxBatch) throw new ArgumentException($"There are {made.Length} tasks; {TaskOptions.MaxBatch} at most go together.", nameof(tasks));
        return [.. Accept(await Enqueue(made, stamp: null, cancellation)).Select(written => Handle<TResult>(tenant, written))];
    }

    public async Task<TaskHandle<TResult>> Enqueue<TResult>(
        TenantSession session, ITask<TResult> task, TaskOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var (id, tenant) = await TaskSessions.Write(session, Make("", task, options ?? new()), cancellation);
        session.AfterCommit(() => Poke(id));
        return Handle<TResult>(tenant, new EnqueuedTask(id, TaskState.Queued));
    }

    public async Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(
        ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp = null, CancellationToken cancellation = default)
    {
        if (tasks.IsDefaultOrEmpty) return ImmutableArray<EnqueuedTask>.Empty;
        if (tasks.Length > TaskOptions.MaxBatch) return Failure.Invalid(new FieldError("tasks", $"must have at most {TaskOptions.MaxBatch} items"));

        // One turn for the whole call: what has no ordering key stays together, in one commit of one owner.
        var turn = (uint)Interlocked.Increment(ref _turn);
        var placed = new TaskPartition[tasks.Length];
        for (var index = 0; index < placed.Length; index++)
        {
            var task = tasks[index];
            var all = await partitions.Of(task.Queue, cancellation);
            if (all.IsEmpty) return await NoQueue(task.Queue, cancellation);
            placed[index] = all[task.OrderingKey is { } key ? TaskPlacement.Of(task.Tenant, key, all.Length) : (int)(turn % (uint)all.Length)];
        }
        var first = placed[0];
        var enqueued = Array.TrueForAll(placed, partition => partition.Id == first.Id)
            ? Owner(first).Enqueue(tasks, stamp)
            : grains.GetGrain<ITaskBatchGrain>(GrainKeys.Platform).Enqueue([.. tasks.Select((task, index) => new PlacedTask(placed[index], task))], stamp);
        return await enqueued.WaitAsync(cancellation);
    }

    public TaskHandle<TResult> Find<TResult>(string tenant, Guid id) => Handle<TResult>(tenant, new EnqueuedTask(id, TaskState.Queued));

    private TaskHandle<TResult> Handle<TResult>(string tenant, EnqueuedTask task) => new(
        tenant, task.Id, task.WasThere, (timeout, cancellation) => grains.WaitForTask(tenant, task.Id, timeout, time, cancellation));

    private NewTask Make<TResult>(string tenant, ITask<TResult> task, TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (tenant.Length > 0 && !Slug.IsValid(tenant)) throw new ArgumentException($"A tenant's id {Slug.Rule}.", nameof(tenant));

        var type = catalog.Of(task.GetType());
        if (InputRules.Check(task) is [var broken, ..]) throw new ArgumentException($"{type.Name}: {broken.Field} {broken.Message}.", nameof(task));
        var payload = JsonSerializer.Serialize(task, type.Record, BuildifyJson.Options);
        if (TaskRules.CheckPayload(payload) is { } unfit) throw new ArgumentException($"{type.Name}: the payload {unfit}.", nameof(task));

        var made = new NewTask(tenant, type.Name, options.Queue ?? type.About.Queue, new JsonText(payload))
        {
            Priority = options.Priority,
            MaxAttempts = options.MaxAttempts ?? type.About.MaxAttempts,
            Retain = options.Retain,
            RunAt = options.RunAt,
            DelaySeconds = options.Delay?.TotalSeconds,
            ExpiresAt = options.ExpiresAt,
            UniqueKey = options.UniqueKey,
            UniqueSeconds = options.UniqueFor?.TotalSeconds,
            OrderingKey = options.OrderingKey,
            CorrelationId = CallContext.CorrelationId,
            TraceParent = CallContext.TraceParent,
        };
        if (TaskRules.Check(made, time.GetUtcNow()) is [var error, ..])
        {
            throw new ArgumentException($"{type.Name}: {nameof(TaskOptions)}.{OptionOf(error.Field)} {error.Message}.", nameof(options));
        }
        return made;
    }

    private static string OptionOf(string field) => field switch
    {
        "delay_seconds" => nameof(TaskOptions.Delay),
        "unique_seconds" => nameof(TaskOptions.UniqueFor),
        _ => string.Concat(field.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
    };

    private static ImmutableArray<EnqueuedTask> Accept(Outcome<ImmutableArray<EnqueuedTask>> outcome) => outcome.Failure switch
    {
        null => outcome.Value,
        { Code: FailureCodes.QueueFull } full => throw new TaskQueueFullException(full.Detail, RetryAfter),
        { Code: FailureCodes.Invalid, Errors: [var error, ..] } => throw new ArgumentException($"{OptionOf(error.Field)} {error.Message}."),
        var failure => throw new InvalidOperationException(failure.Detail),
    };

    private async Task<Failure> NoQueue(string queue, CancellationToken cancellation) => Failure.Invalid(
        new FieldError("queue", $"is '{queue}', which is no queue; {Nearest.Hint(queue, await partitions.Queues(cancellation))}"));

    // The task is written, whatever becomes of this: the owner looks by itself, once a second.
    private async Task Poke(Guid id)
    {
        try
        {
            if (await partitions.Find(TaskPlacement.PartitionOf(id)) is { } partition) await Owner(partition).Poke();
        }
        catch (Exception)
        {
            return;
        }
    }

    private ITaskQueueGrain Owner(TaskPartition partition) => grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(partition.Queue, partition.Number));
}
