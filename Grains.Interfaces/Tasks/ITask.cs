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

    /// <summary>How long one attempt may take, in seconds; 0 for the platform's setting.</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>How many may start a second; 0 for no limit.</summary>
    public int RateLimit { get; set; }

    /// <summary>How many may run at a time; 0 for no limit.</summary>
    public int Concurrency { get; set; }

    /// <summary>May be sent over HTTP.</summary>
    public bool External { get; set; }
}
