using System.Collections;
using Buildify.Tasks;

namespace Buildify.Worker.Execution;

/// <summary>What stands on a handler's log lines. The correlation id is put there for every call, a task's too.</summary>
internal sealed class TaskScope(TaskAssignment task) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("task_id", task.Id),
        1 => new("task_type", task.Type),
        2 => new("tenant", task.Tenant),
        3 => new("attempt", task.Attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"task_id={task.Id} task_type={task.Type} tenant={task.Tenant} attempt={task.Attempt}";
}
