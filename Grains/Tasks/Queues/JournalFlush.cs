using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Writes a group of work in one transaction and one round trip: the statements go together, the first of them locks the owner's seat, and
/// PostgreSQL commits at their end.
/// </summary>
internal sealed class JournalFlush(NpgsqlDataSource source, Seat seat, FlushOptions options, Positions positions)
{
    /// <returns>Partitions that have got tasks by this; the owner tells theirs.</returns>
    public async Task<IReadOnlyList<int>> Write(IReadOnlyList<JournalWork> group)
    {
        foreach (var work in group)
        {
            work.Reset();
            // In the order of the flushes, so that who has read up to a place has missed nothing before it.
            foreach (var (_, row) in work.Inserts) row.Position = positions.Next();
        }
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        var readers = new List<Func<NpgsqlDataReader, Task>>();
        var others = new List<int>();

        Add(batch, "SELECT check_task_epoch($1, $2)", Columns.One(seat.Partition), Columns.One(seat.Epoch));
        readers.Add(Ignore);
        AddInserts(group, batch, readers);
        AddStamps(group, batch, readers);
        AddEnds(group, batch, readers, others);
        AddChanges(group, batch, readers);
        AddTaken(group, batch, readers);

        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var read in readers)
        {
            await read(reader);
            await reader.NextResultAsync();
        }
        return others;
    }

    private void AddInserts(IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers)
    {
        var plain = group.SelectMany(work => work.Inserts).Where(insert => insert.Task.IsPlain).ToList();
        if (plain.Count > 0) Add(batch, JournalSql.Of("insert_tasks"), [Columns.One(seat.Partition), .. InsertColumns(plain)]);

        var special = group.SelectMany(work => work.Inserts.Where(insert => !insert.Task.IsPlain).Select(insert => (work, insert.Task, insert.Row))).ToList();
        if (special.Count == 0) return;
        var unique = special.Where(insert => insert.Task.UniqueKey is not null).ToList();
        if (unique.Count > 0)
        {
            var keys = new[]
            {
                Columns.Of(unique, insert => insert.Task.Tenant), Columns.Of(unique, insert => insert.Task.Type),
                Columns.Of(unique, insert => insert.Task.UniqueKey!),
            };
            var ids = Columns.Of(unique, insert => insert.Row.Id);
            Add(batch, JournalSql.Of("free_unique_keys"), [.. keys.Select(Columns.Array)]);
            Add(batch, JournalSql.Of("hold_unique_keys"),
                [Columns.Array(ids), .. keys.Select(Columns.Array), Columns.Numbers(Columns.Of(unique, insert => insert.Task.UniqueSeconds))]);
        }
        Add(batch, JournalSql.Of("insert_special_tasks"),
        [
            Columns.One(seat.Partition), .. InsertColumns(special.ConvertAll(insert => (insert.Task, insert.Row))),
            Columns.Times(Columns.Of(special, insert => insert.Task.RunAt?.UtcDateTime)),
            Columns.Numbers(Columns.Of(special, insert => insert.Task.DelaySeconds)),
            Columns.Times(Columns.Of(special, insert => insert.Task.ExpiresAt?.UtcDateTime)),
            Columns.Texts(Columns.Of(special, insert => insert.Task.UniqueKey)),
            Columns.Texts(Columns.Of(special, insert => insert.Task.OrderingKey)),
        ]);
        var byId = special.ToDictionary(insert => insert.Row.Id, insert => insert.work);
        readers.Add(async reader =>
        {
            while (await reader.ReadAsync())
            {
                byId[reader.GetGuid(0)].Written[reader.GetGuid(0)] = (reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
            }
        });
        if (unique.Count == 0) return;
        Add(batch, JournalSql.Of("find_unique_holders"),
        [
            Columns.Array(Columns.Of(unique, insert => insert.Row.Id)), Columns.Array(Columns.Of(unique, insert => insert.Task.Tenant)),
            Columns.Array(Columns.Of(unique, insert => insert.Task.Type)), Columns.Array(Columns.Of(unique, insert => insert.Task.UniqueKey!)),
        ]);
        readers.Add(async reader =>
        {
            while (await reader.ReadAsync())
            {
                var state = TaskStates.Of(TaskRow.Text(reader, 2), reader.IsDBNull(3) ? 0 : reader.GetInt32(3));
                byId[reader.GetGuid(0)].Holders[reader.GetGuid(0)] = new EnqueuedTask(reader.GetGuid(1), state, WasThere: true);
            }
        });
    }

    private static IEnumerable<NpgsqlParameter> InsertColumns(List<(NewTask Task, TaskRow Row)> inserts) =>
    [
        Columns.Array(Columns.Of(inserts, insert => insert.Row.Id)),
        Columns.Array(Columns.Of(inserts, insert => insert.Row.Position)),
        Columns.Array(Columns.Of(inserts, insert => (short)insert.Row.Priority)),
        Columns.Array(Columns.Of(inserts, insert => insert.Row.Tenant)),
        Columns.Array(Columns.Of(inserts, insert => insert.Row.Type)),
        Columns.Array(Columns.Of(inserts, insert => insert.Row.Payload)),
        Columns.Array(Columns.Of(inserts, insert => TaskStates.Name(insert.Row.Retain))),
        Columns.Array(Columns.Of(inserts, insert => insert.Row.MaxAttempts)),
        Columns.Texts(Columns.Of(inserts, insert => insert.Row.CorrelationId)),
        Columns.Texts(Columns.Of(inserts, insert => insert.Row.TraceParent)),
    ];

    // The same as empty_outbox does for documents: a key that is younger than a day makes the group fail, and with it in the end the one
    // whose key it is.
    private static void AddStamps(IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers)
    {
        foreach (var work in group.Where(work => work.Stamp is not null))
        {
            var outbox = System.Text.Json.JsonSerializer.Serialize(new
            {
                idempotency = new[]
                {
                    new
                    {
                        scope = work.Stamp!.Scope, key = work.Stamp.Key, fingerprint = work.Stamp.Fingerprint, status = work.Stamp.Status,
                        response = System.Text.Json.Nodes.JsonNode.Parse(work.StampedResponse!),
                    },
                },
            });
            Add(batch, "SELECT empty_outbox($1::jsonb)", Columns.One(outbox));
            readers.Add(Ignore);
        }
    }

    private void AddEnds(IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers, List<int> others)
    {
        var all = group.SelectMany(work => work.Ends).ToList();
        if (all.Count == 0) return;
        var told = ToldEnds.Of(all, options.IsTold);
        if (ToldEnds.Plain(seat.Queue, told) is { } tell) batch.BatchCommands.Add(tell);
        var plain = all.Where(end => end.IsPlain).ToList();
        if (plain.Count > 0)
        {
            // In the order of the rows in their table and of its index: shuffled ones cost half as much again.
            plain.Sort(static (one, other) => one.Row.Id.CompareTo(other.Row.Id));
            Add(batch, JournalSql.Of("delete_tasks"), Columns.Array(Columns.Of(plain, end => end.Row.Id)));
            AddKept(plain.FindAll(end => end.Row.Retain != TaskRetention.Nothing), batch);
        }

        var ended = all.Where(end => !end.IsPlain).ToList();
        if (ended.Count == 0) return;
        var (sql, more) = ToldEnds.Others(told);
        Add(batch, sql,
        [
            Columns.Array(Columns.Of(ended, end => end.Row.Id)), Columns.Array(Columns.Of(ended, end => end.State)),
            Columns.Texts(Columns.Of(ended, end => end.Result)), Columns.Array(Columns.Of(ended, end => end.Attempt)),
            Columns.Times(Columns.Of(ended, end => end.StartedAt?.UtcDateTime)),
            Columns.Times(Columns.Of(ended, end => (DateTime?)end.FinishedAt.UtcDateTime)),
            Columns.Texts(Columns.Of(ended, end => end.Worker)), Columns.Texts(Columns.Of(ended, end => end.Progress)),
            Columns.Texts(Columns.Of(ended, end => end.Attempts)), Columns.One(seat.Queue), Columns.One(options.KeepDays), .. more,
        ]);
        readers.Add(Ignore);
        AddFollowers(ended, group, batch, readers, others);
    }

    private void AddKept(List<Ending> kept, NpgsqlBatch batch)
    {
        if (kept.Count == 0) return;
        Add(batch, JournalSql.Of("finish_tasks"),
        [
            Columns.One(seat.Queue), Columns.Array(Columns.Of(kept, end => end.Row.Id)),
            Columns.Array(Columns.Of(kept, end => end.Row.Retain == TaskRetention.Everything)),
            Columns.Array(Columns.Of(kept, end => (short)end.Row.Priority)), Columns.Array(Columns.Of(kept, end => end.Row.Tenant)),
            Columns.Array(Columns.Of(kept, end => end.Row.Type)), Columns.Array(Columns.Of(kept, end => end.Row.Payload)),
            Columns.Texts(Columns.Of(kept, end => end.Result)), Columns.Array(Columns.Of(kept, end => end.Row.MaxAttempts)),
            Columns.Times(Columns.Of(kept, end => (DateTime?)end.Row.CreatedAt.UtcDateTime)),
            Columns.Times(Columns.Of(kept, end => end.StartedAt?.UtcDateTime)),
            Columns.Times(Columns.Of(kept, end => (DateTime?)end.FinishedAt.UtcDateTime)), Columns.Texts(Columns.Of(kept, end => end.Worker)),
            Columns.One(options.KeepDays), Columns.Texts(Columns.Of(kept, end => end.Row.CorrelationId)),
            Columns.Times(Columns.Of(kept, end => (DateTime?)end.Row.RunAt.UtcDateTime)),
        ]);
    }

    // Who waited for the end: the next of its ordering key, and its workflow.
    private void AddFollowers(
        List<Ending> ended, IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers, List<int> others)
    {
        var ordered = ended.Where(end => end.Row.Extras?.OrderingKey is not null).ToList();
        if (ordered.Count > 0)
        {
            Add(batch, JournalSql.Of("promote_ordered"),
            [
                Columns.One(seat.Partition), Columns.Array(Columns.Of(ordered, end => end.Row.Tenant)),
                Columns.Array(Columns.Of(ordered, end => end.Row.Extras!.OrderingKey!)), Columns.One(positions.Reserve()),
            ]);
            readers.Add(reader => ReadRows(reader, group[0].Promoted));
        }
        var inWorkflow = ended.Where(end => end.Row.Extras?.WorkflowId is not null).ToList();
        if (inWorkflow.Count == 0) return;
        Add(batch, "SELECT DISTINCT partition FROM advance_workflows($1, $2, $3::task_end[], $4)",
        [
            Columns.Array(Columns.Of(inWorkflow, end => end.Row.Extras!.WorkflowId!.Value)),
            Columns.Array(Columns.Of(inWorkflow, end => end.Row.Extras!.WorkflowIndex)),
            Columns.Array(Columns.Of(inWorkflow, end => end.State)), Columns.Texts(Columns.Of(inWorkflow, end => end.Result)),
        ]);
        readers.Add(async reader =>
        {
            while (await reader.ReadAsync()) others.Add(reader.GetInt32(0));
        });
    }

    private static void AddChanges(IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers)
    {
        var retries = group.SelectMany(work => work.Retries).ToList();
        if (retries.Count > 0)
        {
            Add(batch, JournalSql.Of("retry_tasks"), Columns.Array(Columns.Of(retries, retry => retry.Row.Id)),
                Columns.Array(Columns.Of(retries, retry => retry.Attempt)), Columns.Array(Columns.Of(retries, retry => retry.DelaySeconds)),
                Columns.Texts(Columns.Of(retries, retry => retry.Attempts)));
        }
        foreach (var work in group.Where(work => work.Marks.Count > 0))
        {
            Add(batch, JournalSql.Of("mark_tasks"), Columns.Array(Columns.Of(work.Marks, mark => mark.Row.Id)),
                Columns.Array(Columns.Of(work.Marks, mark => mark.Attempt)), Columns.Array(Columns.Of(work.Marks, mark => (short)mark.Level)),
                Columns.Texts(Columns.Of(work.Marks, mark => mark.Attempts)));
            readers.Add(async reader =>
            {
                while (await reader.ReadAsync()) work.Proven.Add(reader.GetGuid(0));
            });
        }
        var cancels = group.SelectMany(work => work.Cancels).ToArray();
        if (cancels.Length > 0) Add(batch, JournalSql.Of("request_cancel"), Columns.Array(cancels));
    }

    private void AddTaken(IReadOnlyList<JournalWork> group, NpgsqlBatch batch, List<Func<NpgsqlDataReader, Task>> readers)
    {
        if (group.FirstOrDefault(work => work.TakesDue) is { } due)
        {
            Add(batch, JournalSql.Of("take_due"), Columns.One(seat.Partition), Columns.One(positions.Reserve()));
            readers.Add(reader => ReadRows(reader, due.Taken));
        }
        if (group.FirstOrDefault(work => work.TakesUnseen) is { } unseen)
        {
            Add(batch, JournalSql.Of("take_unseen"), Columns.One(seat.Partition), Columns.One(positions.Reserve()));
            readers.Add(reader => ReadRows(reader, unseen.Taken));
        }
    }

    private static async Task ReadRows(NpgsqlDataReader reader, List<StoredTask> rows)
    {
        while (await reader.ReadAsync()) rows.Add(StoredTask.Read(reader));
    }

    private static async Task Ignore(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync())
        {
        }
    }

    private static void Add(NpgsqlBatch batch, string text, params IEnumerable<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}

/// <summary>What a flush is told.</summary>
/// <param name="KeepDays">How long what is to be kept whole is kept.</param>
/// <param name="IsTold">Whether the ends of a type are told.</param>
internal sealed record FlushOptions(int KeepDays, Func<string, bool> IsTold);

/// <summary>How states and retentions are called.</summary>
internal static class TaskStates
{
    /// <summary>Of a live row; null where there is none any more.</summary>
    public static TaskState Of(string? state, int attempt) => state switch
    {
        null => TaskState.Succeeded,
        "scheduled" => attempt > 0 ? TaskState.Retrying : TaskState.Scheduled,
        _ => TaskState.Queued,
    };

    public static TaskState OfEnd(string state) => state switch
    {
        "succeeded" => TaskState.Succeeded,
        "dead" => TaskState.Dead,
        "cancelled" => TaskState.Cancelled,
        _ => TaskState.Expired,
    };

    public static string Name(TaskRetention retention) => retention switch
    {
        TaskRetention.Nothing => "nothing",
        TaskRetention.Result => "result",
        _ => "everything",
    };
}

/// <summary>Places in a partition's order: those of an epoch are above all of the epochs before.</summary>
internal sealed class Positions(Seat seat)
{
    /// <summary>More than a statement gives places.</summary>
    private const int Block = 1000;

    private long _last = seat.FirstPosition;

    public long Next() => ++_last;

    /// <summary>The place before a block that a statement may give.</summary>
    public long Reserve()
    {
        var before = _last;
        _last += Block;
        return before;
    }
}
