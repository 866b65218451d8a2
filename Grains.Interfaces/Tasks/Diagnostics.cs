using System.Text.Json;
using System.Text.Json.Serialization;
using Buildify.Operations;

namespace Buildify.Tasks;

/// <summary>Results in its own payload, whatever that holds.</summary>
[TaskType("core.echo", External = true)]
public sealed record Echo : ITask<JsonText>
{
    /// <summary>Everything that was sent, <c>value</c> and whatever else.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Fields { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>Does nothing for a while, and heeds its token.</summary>
/// <param name="Milliseconds">0 to 3,600,000.</param>
[TaskType("core.sleep", External = true, TimeoutSeconds = 3700)]
public sealed record Sleep(int Milliseconds) : ITask<Unit>;

/// <summary>Fails a number of times, then succeeds.</summary>
/// <param name="Times">How many attempts fail.</param>
/// <param name="Permanent">The first failure is the last.</param>
[TaskType("core.fail", External = true)]
public sealed record Fail(int Times, bool Permanent = false) : ITask<Unit>;

/// <summary>Publishes an event of the task's tenant, once however often it is tried; results in the event's id.</summary>
/// <param name="EventType">None of the platform's own. Where the process knows the type, the payload is checked.</param>
/// <param name="Payload">A JSON object.</param>
/// <param name="CompanyId">The company's slug; null for what the payload says.</param>
[TaskType("core.emit", External = true)]
public sealed record Emit(string EventType, JsonText Payload, string? CompanyId = null) : ITask<string>;
