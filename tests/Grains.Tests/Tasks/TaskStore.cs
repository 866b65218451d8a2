using Buildify.Testing.Postgres;

namespace Buildify.Tasks;

/// <summary>Puts tasks where a test wants to find them, as the owners and workers would have left them.</summary>
internal sealed class TaskStore(PostgresDatabase database)
{
    private static int _queues;

    public string Queue { get; private set; } = "";

    public TaskPartition[] Partitions { get; private set; } = [];

    public static async Task<TaskStore> Open(PostgresDatabase database, int partitions = 1)
    {
        var store = new TaskStore(database) { Queue = $"q-{Interlocked.Increment(ref _queues)}" };
        await database.ExecuteAsync("INSERT INTO task_queues (name) VALUES ($1)", store.Queue);
        store.Partitions = new TaskPartition[partitions];
        for (var number = 0; number < partitions; number++)
        {
            var id = await database.QueryAsync<int>("INSERT INTO task_partitions (queue, number) VALUES ($1, $2) RETURNING id", store.Queue, number);
            store.Partitions[number] = new TaskPartition(id, store.Queue, number);
        }
        return store;
    }

    /// <summary>In an hour, so that no owner begins it.</summary>
    public async Task<Guid> Live(string tenant, string type = "test.a", string state = "queued", int attempt = 0, int second = 0)
    {
        var id = NewId(second);
        await database.ExecuteAsync("""
            INSERT INTO tasks (id, partition, position, state, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, ordering_key)
            VALUES ($1, $2, 1, $3::task_state, 5, $4, $5, '{"live": 1}', 'result', $6, 5, now() + interval '1 hour',
                    CASE WHEN $3 = 'waiting' THEN 'o' END)
            """, id, Partitions[0].Id, state, tenant, type, attempt);
        return id;
    }

    public async Task<Guid> Dead(string tenant, string type = "test.a", int attempt = 2, int maxAttempts = 2, string? uniqueKey = null, int second = 0)
    {
        var id = NewId(second);
        await database.ExecuteAsync("""
            INSERT INTO dead_tasks (id, partition, queue, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, started_at,
                                    finished_at, worker, unique_key, correlation_id, attempts)
            VALUES ($1, $2, $3, 5, $4, $5, '{"dead":  1}', 'everything', $6, $7, now(), now(), now(), now() - interval '1 minute', 'w1', $8, 'c1',
                    '[{"number": 1, "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:00:01Z", "worker": "w0",
                       "error": {"type": "IOException", "message": "gone"}},
                      {"number": 2, "started_at": "2026-01-01T00:00:02Z", "ended_at": "2026-01-01T00:00:03Z", "worker": "w1",
                       "error": {"type": "IOException", "message": "gone again"}}]')
            """, id, Partitions[0].Id, Queue, tenant, type, attempt, maxAttempts, uniqueKey);
        return id;
    }

    public async Task<Guid> Ended(string tenant, string type = "test.a", string state = "succeeded", int second = 0, int keepDays = 2)
    {
        var id = NewId(second);
        await database.ExecuteAsync("""
            INSERT INTO task_history (id, drop_on, state, queue, priority, tenant, type, payload, result, attempt, max_attempts, run_at, created_at,
                                      started_at, finished_at, worker, progress, attempts)
            VALUES ($1, current_date + $6::int, $2::task_end, $3, 5, $4, $5, '{"n": 1}', '{"ok": true}', 2, 5, now(), now(), now() - interval '1 second', now(), 'w2',
                    '{"fraction": 0.4, "message": "page 3"}',
                    '[{"number": 1, "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:00:01Z", "worker": "w1",
                       "error": {"type": "timeout", "message": "too long"}}]')
            """, id, state, Queue, tenant, type, keepDays);
        return id;
    }

    // Ids sort by when they were made; a test says in seconds what was made when.
    private Guid NewId(int second) => TaskPlacement.NewId(Partitions[0].Id, DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(second), order: 0);
}
