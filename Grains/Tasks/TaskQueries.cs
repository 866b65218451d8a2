namespace Buildify.Tasks;

/// <summary>The texts in <c>Sql/</c> for those who look at tasks, and for what is not an owner's to write.</summary>
internal static class TaskQueries
{
    public static string EnqueueBatch { get; } = Read("enqueue_batch");
    public static string HoldBatchKeys { get; } = Read("hold_batch_keys");
    public static string RecordBatch { get; } = Read("record_batch");
    public static string FindStates { get; } = Read("find_states");
    public static string FindDead { get; } = Read("find_dead");
    public static string FindLive { get; } = Read("find_live");
    public static string FindStep { get; } = Read("find_step");
    public static string FindEnded { get; } = Read("find_ended");
    public static string ListLive { get; } = Read("list_live");
    public static string ListDead { get; } = Read("list_dead");
    public static string ListHistory { get; } = Read("list_history");
    public static string RetryDead { get; } = Read("retry_dead");
    public static string PurgeDead { get; } = Read("purge_dead");
    public static string ListQueues { get; } = Read("list_queues");
    public static string ChangeQueue { get; } = Read("change_queue");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TaskQueries).Assembly.GetManifestResourceStream($"Buildify.Tasks.Sql.{name}.sql")!);
        return reader.ReadToEnd();
    }
}
