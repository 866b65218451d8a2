using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Validation;
using Npgsql;
using NpgsqlTypes;
using static Buildify.Tasks.TaskParameters;

namespace Buildify.Tasks;

[StatelessWorker, GrainType("task-queues")]
internal sealed class TaskQueuesGrain(NpgsqlDataSource database, TaskOwners owners) : Grain, ITaskQueuesGrain
{
    public async Task<ImmutableArray<TaskQueueView>> List()
    {
        var queues = await Settings(queue: null);
        return queues.Count == 0 ? [] : await WithStats(queues, await Partitions());
    }

    public async Task<TaskQueueView?> Get(string queue)
    {
        var found = await Settings(queue);
        return found.Count == 0 ? null : (await WithStats(found, await Partitions())).Single();
    }

    public async Task<Outcome<TaskQueueView>> Change(string queue, TaskQueueChange change)
    {
        if (Check(change) is { IsEmpty: false } errors) return Failure.Invalid(errors);
        await using (var command = database.CreateCommand(TaskQueries.ChangeQueue))
        {
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                Text("queue", queue), Of("paused", NpgsqlDbType.Boolean, change.Paused), Count("rateLimit", change.RateLimit),
                Count("concurrency", change.Concurrency), Count("tenantRateLimit", change.TenantRateLimit),
                Count("tenantConcurrency", change.TenantConcurrency),
                Of("tenantWeights", NpgsqlDbType.Jsonb, change.TenantWeights is { } weights ? JsonSerializer.Serialize(weights) : null),
            ]);
            if (await command.ExecuteNonQueryAsync() == 0) return await NotThere(queue);
        }
        var partitions = await Partitions();
        foreach (var partition in partitions.Where(partition => partition.Queue == queue)) await owners.Poke(partition);
        return (await WithStats(await Settings(queue), partitions)).Single();
    }

    public async Task<ImmutableArray<TaskPartition>> Partitions()
    {
        await using var command = database.CreateCommand("SELECT id, queue, number FROM task_partitions ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        var partitions = ImmutableArray.CreateBuilder<TaskPartition>();
        while (await reader.ReadAsync()) partitions.Add(new TaskPartition(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2)));
        return partitions.DrainToImmutable();
    }

    private async Task<ImmutableArray<TaskQueueView>> WithStats(List<TaskQueueView> queues, ImmutableArray<TaskPartition> partitions)
    {
        var names = queues.Select(queue => queue.Name).ToHashSet(StringComparer.Ordinal);
        var stats = (await owners.Ask(partitions.Where(partition => names.Contains(partition.Queue)), owner => owner.Stats()))
            .ToLookup(answer => answer.Partition.Queue, answer => answer.Answer, StringComparer.Ordinal);
        var counts = partitions.CountBy(partition => partition.Queue, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. queues.Select(queue => queue with
            {
                Partitions = counts.GetValueOrDefault(queue.Name),
                Depth = stats[queue.Name].Sum(partition => partition.Depth),
                Running = stats[queue.Name].Sum(partition => partition.Running),
                Scheduled = stats[queue.Name].Sum(partition => partition.Scheduled),
                OldestSeconds = stats[queue.Name].Max(partition => partition.OldestSeconds),
                Workers = stats[queue.Name].SelectMany(partition => partition.Workers).Distinct(StringComparer.Ordinal).Count(),
                Throughput = stats[queue.Name].Sum(partition => partition.Throughput),
            }),
        ];
    }

    private async Task<List<TaskQueueView>> Settings(string? queue)
    {
        await using var command = database.CreateCommand(TaskQueries.ListQueues);
        command.Parameters.Add(Text("queue", queue));
        await using var reader = await command.ExecuteReaderAsync();
        var queues = new List<TaskQueueView>();
        while (await reader.ReadAsync())
        {
            queues.Add(new TaskQueueView(reader.GetString(0), reader.GetBoolean(1))
            {
                RateLimit = reader[2] as int?,
                Concurrency = reader[3] as int?,
                TenantRateLimit = reader[4] as int?,
                TenantConcurrency = reader[5] as int?,
                TenantWeights = JsonSerializer.Deserialize<ImmutableDictionary<string, int>>(reader.GetString(6))!,
                Dead = reader.GetInt64(7),
            });
        }
        return queues;
    }

    private static ImmutableArray<FieldError> Check(TaskQueueChange change) =>
    [
        .. InputRules.Check(change),
        .. (change.TenantWeights ?? ImmutableDictionary<string, int>.Empty).Where(weight => !Slug.IsValid(weight.Key) || weight.Value is < 1 or > 100)
            .Take(InputRules.MaxErrors)
            .Select(weight => new FieldError($"tenant_weights.{weight.Key}", Slug.IsValid(weight.Key) ? "must be from 1 to 100" : $"is no tenant's id, which {Slug.Rule}")),
    ];

    private async Task<Failure> NotThere(string queue) =>
        Failure.NotFound($"There is no queue '{queue}'; {Nearest.Hint(queue, (await Settings(queue: null)).Select(known => known.Name))}");
}
