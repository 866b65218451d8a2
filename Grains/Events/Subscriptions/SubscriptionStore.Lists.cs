using Buildify.Tasks.Queues;

namespace Buildify.Events.Subscriptions;

/// <summary>What callers look at.</summary>
internal sealed partial class SubscriptionStore
{
    /// <summary>The newest first.</summary>
    public async Task<List<(DeliveryAttempt Attempt, AttemptPlace Place)>> ListAttempts(AttemptPlace before, int max)
    {
        await using var command = Mine("list_attempts", Columns.One(before.At.UtcDateTime), Columns.One(before.Seq), Columns.One(max));
        await using var row = await command.ExecuteReaderAsync();
        var found = new List<(DeliveryAttempt, AttemptPlace)>();
        while (await row.ReadAsync())
        {
            var at = row.GetFieldValue<DateTimeOffset>(3);
            found.Add((
                new DeliveryAttempt(row.GetString(0), row.GetString(1), row.GetInt32(2), at, row.IsDBNull(4) ? null : row.GetInt32(4), row.GetInt32(5),
                    EventRows.Text(row, 6), EventRows.Text(row, 7)),
                new AttemptPlace(at, row.GetInt64(8))));
        }
        return found;
    }

    /// <summary>In the order of the log; personal fields as they are there.</summary>
    public async Task<List<DeadLetter>> ListDead(long after, int max)
    {
        await using var command = Mine("list_dead", Columns.One(after), Columns.One(max));
        await using var row = await command.ExecuteReaderAsync();
        var found = new List<DeadLetter>();
        while (await row.ReadAsync())
        {
            // A copy says its own place; that of the row is the same.
            found.Add(new DeadLetter(EventCopy.Read(row.GetString(1), tenant), row.GetInt32(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4)));
        }
        return found;
    }
}

/// <summary>What the list of attempts is ordered by.</summary>
internal sealed record AttemptPlace(DateTimeOffset At, long Seq);
