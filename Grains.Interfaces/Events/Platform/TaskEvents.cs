namespace Buildify.Events.Platform;

/// <summary>A task is done, of a type that tells its ends (<c>publishes_events</c>). In order with others of the task's own ordering key.</summary>
/// <param name="TaskId">The task's id.</param>
/// <param name="Type">The task's type, as <c>financial.send_statement</c>.</param>
/// <param name="Queue">The queue that it was in.</param>
/// <param name="Attempts">How often it was tried.</param>
[EventType("core.task.succeeded")]
public sealed record TaskSucceeded(Guid TaskId, string Type, string Queue, int Attempts) : IEvent;

/// <summary>A task has failed in all its attempts, or for good, of a type that tells its ends (<c>publishes_events</c>).</summary>
/// <param name="TaskId">The task's id.</param>
/// <param name="Type">The task's type, as <c>financial.send_statement</c>.</param>
/// <param name="Queue">The queue that it was in.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">The type of the last attempt's error; what it says stays with the task, since it may be about a person.</param>
[EventType("core.task.dead")]
public sealed record TaskDied(Guid TaskId, string Type, string Queue, int Attempts, string? Error) : IEvent;
