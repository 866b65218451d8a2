using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Where the ends of tasks are told, for types that ask for it (<see cref="TaskTypeAttribute.PublishesEvents"/>). The event log takes this
/// place: what it appends is in the transaction that ends the tasks.
/// </summary>
internal interface ITaskEvents
{
    /// <summary>Adds statements that answer no rows to the end of a flush.</summary>
    /// <param name="ends">Of types that ask for it; never empty.</param>
    void Append(NpgsqlBatch batch, string queue, IReadOnlyList<Ending> ends);
}

/// <summary>While there is no event log.</summary>
internal sealed class NoTaskEvents : ITaskEvents
{
    public void Append(NpgsqlBatch batch, string queue, IReadOnlyList<Ending> ends)
    {
    }
}
