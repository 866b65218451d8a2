using Buildify.Tasks.Queues;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Events.Subscriptions;

/// <summary>The one write of the loop.</summary>
internal sealed partial class SubscriptionStore
{
    /// <summary>Writes what a subscription has to write, all of it or nothing.</summary>
    /// <returns>False where another activation has taken the cursor.</returns>
    public async Task<bool> Save(PendingSave save)
    {
        if (save.IsMoveOnly && save.Attempts.Count == 0)
        {
            await using var move = Own("move_cursor", Columns.One(save.Position), Columns.One(save.Delivered), Time(save.FailingSince));
            return await move.ExecuteNonQueryAsync() == 1;
        }
        await using var command = Own("save_deliveries", [
            Columns.One(save.Position), Columns.One(save.Delivered), Time(save.FailingSince), SubscriptionSql.Typed(NpgsqlDbType.Text, save.LastError),
            Time(save.LastErrorAt), Columns.Array(save.Removed.ToArray()), .. Kept([.. save.Kept.Values]), .. Parked([.. save.Parked.Values]), .. Tried(save.Attempts)]);
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    private static NpgsqlParameter[] Kept(List<RetryRow> rows) =>
    [
        Columns.Array(Columns.Of(rows, row => row.Position)), Columns.Array(Columns.Of(rows, row => row.Key)), Columns.Array(Columns.Of(rows, row => row.Attempts)),
        Columns.Times(Columns.Of(rows, row => row.NextAt?.UtcDateTime)), Columns.Texts(Columns.Of(rows, row => row.LastError)),
    ];

    private static NpgsqlParameter[] Parked(List<Parked> rows) =>
    [
        Columns.Array(Columns.Of(rows, row => row.Event.Position)), Columns.Array(Columns.Of(rows, row => row.Event.Id)),
        Columns.Array(Columns.Of(rows, row => row.Key)), Columns.Array(Columns.Of(rows, row => EventCopy.Write(row.Event))),
        Columns.Array(Columns.Of(rows, row => row.Attempts)), Columns.Array(Columns.Of(rows, row => row.Error)), Columns.Array(Columns.Of(rows, row => row.StopsKey)),
    ];

    private static NpgsqlParameter[] Tried(List<DeliveryAttempt> rows) =>
    [
        Columns.Array(Columns.Of(rows, row => row.At.UtcDateTime)), Columns.Array(Columns.Of(rows, row => row.EventId)),
        Columns.Array(Columns.Of(rows, row => row.EventType)), Columns.Array(Columns.Of(rows, row => row.Attempt)),
        new NpgsqlParameter<int?[]> { TypedValue = Columns.Of(rows, row => row.Status), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        Columns.Array(Columns.Of(rows, row => row.DurationMs)), Columns.Texts(Columns.Of(rows, row => row.Answer)), Columns.Texts(Columns.Of(rows, row => row.Error)),
    ];

    private static NpgsqlParameter Time(DateTimeOffset? time) => SubscriptionSql.Typed(NpgsqlDbType.TimestampTz, time?.UtcDateTime);
}
