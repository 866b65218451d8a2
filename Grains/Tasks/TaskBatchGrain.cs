using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Databases;
using Buildify.Idempotency;
using Buildify.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks;

[StatelessWorker, GrainType("task-batch")]
internal sealed class TaskBatchGrain(NpgsqlDataSource database, TaskOwners owners, TimeProvider time) : Grain, ITaskBatchGrain
{
    public async Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<PlacedTask> tasks, IdempotencyStamp? stamp)
    {
        var now = time.GetUtcNow();
        var ids = tasks.Select((task, order) => TaskPlacement.NewId(task.Partition.Id, now, order)).ToArray();
        ImmutableArray<EnqueuedTask> enqueued;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var holders = await HoldKeys(connection, tasks, ids);
            var states = await Insert(connection, tasks, ids, holders);
            enqueued = [.. holders.Select((holder, index) => new EnqueuedTask(holder, states.GetValueOrDefault(holder, TaskState.Succeeded), holder != ids[index]))];
            if (stamp is not null) await Record(connection, stamp, enqueued);
            await transaction.CommitAsync();
        }
        catch (PostgresException error) when (error.ConstraintName == "idempotency_keys_pkey")
        {
            return new IdempotencyConflictException(
                "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.", error).ToFailure();
        }
        foreach (var partition in tasks.Select(task => task.Partition).Distinct()) await owners.Poke(partition);
        return enqueued;
    }

    /// <summary>For each task the id that it ends up with: its own, or that of the task which holds its unique key.</summary>
    private static async Task<Guid[]> HoldKeys(NpgsqlConnection connection, ImmutableArray<PlacedTask> tasks, Guid[] ids)
    {
        var holders = (Guid[])ids.Clone();
        // Of several in the batch with one key the first is the one to hold it.
        var first = new Dictionary<(string Tenant, string Type, string Key), int>();
        for (var index = 0; index < tasks.Length; index++)
        {
            if (KeyOf(tasks[index].Task) is { } key) first.TryAdd(key, index);
        }
        if (first.Count == 0) return holders;

        await using var command = new NpgsqlCommand(TaskQueries.HoldBatchKeys, connection)
        {
            Parameters =
            {
                Array(first.Keys.Select(key => key.Tenant), NpgsqlDbType.Text),
                Array(first.Keys.Select(key => key.Type), NpgsqlDbType.Text),
                Array(first.Keys.Select(key => key.Key), NpgsqlDbType.Text),
                Array(first.Values.Select(index => ids[index]), NpgsqlDbType.Uuid),
                Array(first.Values.Select(index => tasks[index].Task.UniqueSeconds), NpgsqlDbType.Double),
            },
        };
        var held = new Dictionary<(string, string, string), Guid>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) held[(reader.GetString(0), reader.GetString(1), reader.GetString(2))] = reader.GetGuid(3);
        }
        for (var index = 0; index < tasks.Length; index++)
        {
            if (KeyOf(tasks[index].Task) is { } key) holders[index] = held[key];
        }
        return holders;
    }

    /// <summary>Writes the tasks that are new, and says how each stands.</summary>
    private static async Task<Dictionary<Guid, TaskState>> Insert(NpgsqlConnection connection, ImmutableArray<PlacedTask> tasks, Guid[] ids, Guid[] holders)
    {
        var states = new Dictionary<Guid, TaskState>(ids.Length);
        int[] fresh = [.. Enumerable.Range(0, ids.Length).Where(index => holders[index] == ids[index])];
        await using (var insert = new NpgsqlCommand(TaskQueries.EnqueueBatch, connection))
        {
            insert.Parameters.AddRange((NpgsqlParameter[])
            [
                Array(fresh.Select(index => ids[index]), NpgsqlDbType.Uuid),
                Array(fresh.Select(index => tasks[index].Partition.Id), NpgsqlDbType.Integer),
                Column(task => (short)task.Priority, NpgsqlDbType.Smallint),
                Column(task => task.Tenant, NpgsqlDbType.Text), Column(task => task.Type, NpgsqlDbType.Text),
                Column(task => task.Payload.Text, NpgsqlDbType.Text), Column(task => task.Retain.ToString().ToLowerInvariant(), NpgsqlDbType.Text),
                Column(task => task.MaxAttempts, NpgsqlDbType.Integer), Column(task => task.RunAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Column(task => task.DelaySeconds, NpgsqlDbType.Double), Column(task => task.ExpiresAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz),
                Column(task => task.UniqueKey, NpgsqlDbType.Text), Column(task => task.OrderingKey, NpgsqlDbType.Text),
                Column(task => task.CorrelationId, NpgsqlDbType.Text), Column(task => task.TraceParent, NpgsqlDbType.Text),
            ]);
            await using var reader = await insert.ExecuteReaderAsync();
            while (await reader.ReadAsync()) states[reader.GetGuid(0)] = reader.GetBoolean(1) ? TaskState.Scheduled : TaskState.Queued;
        }
        if (fresh.Length == ids.Length) return states;

        await using var find = new NpgsqlCommand(TaskQueries.FindStates, connection)
        {
            Parameters = { Array(holders.Where(holder => !states.ContainsKey(holder)).Distinct(), NpgsqlDbType.Uuid) },
        };
        await using var others = await find.ExecuteReaderAsync();
        while (await others.ReadAsync()) states[others.GetGuid(0)] = Enum.Parse<TaskState>(others.GetString(1), ignoreCase: true);
        return states;

        NpgsqlParameter Column<T>(Func<NewTask, T> value, NpgsqlDbType type) => Array(fresh.Select(index => value(tasks[index].Task)), type);
    }

    private static async Task Record(NpgsqlConnection connection, IdempotencyStamp stamp, ImmutableArray<EnqueuedTask> answer)
    {
        var row = new IdempotencyRow(stamp.Scope, stamp.Key, stamp.Fingerprint, stamp.Status, new JsonText(JsonSerializer.Serialize(answer, BuildifyJson.Options)));
        await using var command = new NpgsqlCommand(TaskQueries.RecordBatch, connection)
        {
            Parameters = { new() { Value = JsonSerializer.Serialize(row, BuildifyJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb } },
        };
        await command.ExecuteNonQueryAsync();
    }

    private static (string Tenant, string Type, string Key)? KeyOf(NewTask task) => task.UniqueKey is { } key ? (task.Tenant, task.Type, key) : null;

    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
