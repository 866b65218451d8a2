namespace Buildify;

/// <summary>Who asks for a change, for the history of it.</summary>
/// <param name="Actor">The user's id, or <c>system:</c> and a name where the platform acts by itself.</param>
/// <param name="CorrelationId">What ties the log lines, tasks and events of one request together; 1 to 128 characters.</param>
[GenerateSerializer, Immutable, Alias("buildify.caller")]
public sealed record Caller([property: Id(0)] string Actor, [property: Id(1)] string CorrelationId);
