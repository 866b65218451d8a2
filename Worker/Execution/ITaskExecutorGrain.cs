namespace Buildify.Worker.Execution;

/// <summary>Runs tasks that wait in its own process (<see cref="GrainKeys.TaskExecutor"/>): in a turn, as any grain's work is.</summary>
[Alias("buildify.task-executor")]
public interface ITaskExecutorGrain : IGrainWithStringKey
{
    /// <summary>Runs what waits, one after the other, until nothing does. Outcomes are not answered: they go out with the next report.</summary>
    [Alias("Run"), OneWay]
    Task Run();
}
