using Buildify.Directories;
using Dapper;
using Npgsql;

namespace Buildify.Tasks.Schedules;

[StatelessWorker, GrainType("schedule-list")]
internal sealed class ScheduleListGrain(NpgsqlDataSource database) : Grain, IScheduleListGrain
{
    public async Task<Outcome<Page<TaskSchedule>>> List(PageRequest page)
    {
        if (!Pages.TryPlace(page, out var after)) return Cursor.Bad();
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<ScheduleRow>(
            $"SELECT {ScheduleRow.Columns} FROM task_schedules WHERE tenant = @tenant AND name > @after ORDER BY name LIMIT @take",
            new { tenant = this.TenantId(), after, take = page.Limit + 1 });
        return Cursor.Page(rows.Select(row => row.ToSchedule()), page, schedule => schedule.Name);
    }
}
