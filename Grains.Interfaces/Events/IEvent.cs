using System.Diagnostics.CodeAnalysis;

namespace Buildify.Events;

/// <summary>A fact; its record has an <see cref="EventTypeAttribute"/>.</summary>
[SuppressMessage("Design", "CA1040", Justification = "It keeps what is no event out of the log, at compile time.")]
public interface IEvent;

/// <summary>What an event is called and how the log keeps it.</summary>
/// <param name="name">Stable, as <c>financial.invoice.created</c>: the class may be renamed, this may not.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventTypeAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>From 1; it grows when the payload changes.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The payload's field by which events stay in order; null for the company.</summary>
    public string? OrderingKey { get; set; }

    /// <summary>How long the log keeps it, in days; 0 for the platform's setting.</summary>
    public int RetentionDays { get; set; }

    /// <summary>May be sent over HTTP.</summary>
    public bool External { get; set; }

    /// <summary>The payload's field that says whose personal fields it has; null for <see cref="OrderingKey"/>.</summary>
    public string? Subject { get; set; }
}

/// <summary>A field that says something about a person, so that the log can forget it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalDataAttribute : Attribute;
