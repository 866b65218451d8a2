using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Ends of tasks that are told as events, of types that ask for it (<see cref="TaskTypeAttribute.PublishesEvents"/>), in the transaction
/// that ends them: <c>core.task.succeeded</c> and <c>core.task.dead</c>. The platform's own tasks are nobody's to hear of.
/// </summary>
internal static class ToldEnds
{
    private static readonly string EndAndTell = JournalSql.Of("end_tasks").Replace("     forgotten AS (", JournalSql.Of("tell_ended") + "     forgotten AS (", StringComparison.Ordinal);

    /// <summary>Ends that may be told of: that of a cancelled task too, since its handler may have completed it.</summary>
    public static List<Ending> Of(IEnumerable<Ending> ends, Func<string, bool> isTold) => [.. ends.Where(end => end.Row.Tenant.Length > 0 && isTold(end.Row.Type))];

    /// <summary>Tells of those that end by a plain delete.</summary>
    public static NpgsqlBatchCommand? Plain(string queue, List<Ending> told)
    {
        var plain = told.FindAll(end => end.IsPlain);
        return plain.Count == 0 ? null : Command("tell_ends",
        [
            Columns.One(queue), Columns.Array(Columns.Of(plain, end => end.Row.Id)), Columns.Array(Columns.Of(plain, end => end.Row.Tenant)),
            Columns.Array(Columns.Of(plain, end => end.Row.Type)), Columns.Texts(Columns.Of(plain, end => end.Row.CorrelationId)),
            Columns.Texts(Columns.Of(plain, end => end.Row.TraceParent)),
        ]);
    }

    /// <summary>Ends the others: where some of them are told, by a statement that tells them, too.</summary>
    public static (string Sql, NpgsqlParameter[] More) Others(List<Ending> told)
    {
        string[] types = [.. told.Where(end => !end.IsPlain).Select(end => end.Row.Type).Distinct(StringComparer.Ordinal)];
        return types.Length == 0 ? (JournalSql.Of("end_tasks"), []) : (EndAndTell, [Columns.Array(types)]);
    }

    private static NpgsqlBatchCommand Command(string name, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(JournalSql.Of(name));
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}
