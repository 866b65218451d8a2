using System.Diagnostics.CodeAnalysis;

namespace Buildify.Tasks;

/// <summary>A typed unit of work; its record has a <see cref="TaskTypeAttribute"/>.</summary>
/// <typeparam name="TResult">What running it results in; <see cref="Operations.Unit"/> for nothing.</typeparam>
[SuppressMessage("Design", "CA1040", Justification = "It ties a task to its result for the compiler.")]
public interface ITask<TResult>;

/// <summary>What a task is called and how it is run.</summary>
/// <param name="name">Stable, as <c>financial.send_statement</c>: the class may be renamed, this may not.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TaskTypeAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    public string Queue { get; set; } = "default";

    /// <summary>How often it is tried before it is dead; 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// How long one attempt may take, in seconds, before its token is cancelled; one that does not heed the token is given up a while
    /// later. 0 for the platform's setting (<c>Tasks__TimeoutSeconds</c>).
    /// </summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>The pause after the first failure, in seconds; it doubles with each further one. Default 1.</summary>
    public double BackoffSeconds { get; set; } = 1;

    /// <summary>The longest pause, in seconds. Default 3,600.</summary>
    public double MaxBackoffSeconds { get; set; } = 3600;

    /// <summary>How many may start a second, in each queue; 0 for no limit.</summary>
    public int RateLimit { get; set; }

    /// <summary>How many may run at a time, in each queue; 0 for no limit.</summary>
    public int Concurrency { get; set; }

    /// <summary>Exceptions that trying again cannot mend: thrown by the handler, the task is dead at once.</summary>
    [SuppressMessage("Performance", "CA1819", Justification = "An attribute's arguments are arrays.")]
    public Type[] PermanentExceptions { get; set; } = [];

    /// <summary>May be sent over HTTP.</summary>
    public bool External { get; set; }

    /// <summary>What a caller over HTTP needs; null for <c>tasks.enqueue</c>.</summary>
    public string? Permission { get; set; }

    /// <summary>Its end is told on the event bus: <c>core.task.succeeded</c>, <c>core.task.dead</c> and so on.</summary>
    public bool PublishesEvents { get; set; }
}
