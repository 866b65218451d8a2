using System.Text.Json;
using Buildify.Companies;
using Buildify.Diagnostics;
using Buildify.Events;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Problems;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>Makes an event of what came over HTTP, or says all that is wrong with it.</summary>
internal sealed class EventIntake(EventCatalog catalog)
{
    /// <summary>What the log calls an event's source that came this way.</summary>
    private const string Source = "http";

    public async ValueTask<(NewEvent? Event, Problem? Refusal)> Read(OperationCall call, EventBody body)
    {
        var type = catalog.Find(body.EventType);
        if (Forbid(body.EventType, type) is { } forbidden) return (null, forbidden);
        if (!EventRules.FitsInto(body.Payload.Json.Text)) return (null, TooLarge());

        var made = Make(call.Tenant, body, type);
        var errors = new List<FieldError>(EventRules.Check(made));
        if (type is not null) RecordPayload.Check(type.Record, "payload", body.Payload.Json, errors);
        else if (errors.TrueForAll(error => error.Field != "event_type") && await Undeclared(call, body.EventType) is { } unknown) errors.Add(unknown);
        if (made.CompanyId is { } company && Slug.IsValid(company) && await MissingCompany(call, company) is { } missing) errors.Add(missing);
        return errors.Count == 0 ? (made, null) : (null, Problem.Of(Failure.Invalid([.. errors.Take(JsonShape.MaxErrors)])));
    }

    private static Problem? Forbid(string name, EventTypeInfo? type)
    {
        if (name.StartsWith(EventRules.PlatformPrefix, StringComparison.Ordinal))
        {
            return Problem.Of(ProblemCodes.Forbidden, "Events of core are the platform's own; nobody else sends them.");
        }
        return type is { About.External: false } ? Problem.Of(ProblemCodes.Forbidden, $"Events of type {type.Name} are not declared as external; only their module sends them.") : null;
    }

    private static NewEvent Make(string tenant, EventBody body, EventTypeInfo? type)
    {
        using var payload = body.Payload.Json.Parse();
        return new(tenant, body.EventType, body.Payload.Json, body.EventId)
        {
            EventVersion = type?.About.Version ?? 1,
            EventSource = Source,
            // As where a module publishes it.
            CompanyId = body.CompanyId ?? (type is null ? null : Text(payload.RootElement, "company_id")),
            OrderingKey = type?.About.OrderingKey is { } key ? Text(payload.RootElement, key) : null,
            CorrelationId = CallContext.CorrelationId,
            TraceParent = CallContext.TraceParent,
        };
    }

    private static string? Text(JsonElement payload, string field) =>
        payload.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private async ValueTask<FieldError?> Undeclared(OperationCall call, string type)
    {
        var prefixes = await call.Within(call.Grains.GetGrain<IEventFeedGrain>(GrainKeys.Tenant(call.Tenant)).Prefixes());
        if (prefixes.Any(declared => type.StartsWith(declared.Prefix + ".", StringComparison.Ordinal))) return null;

        var external = catalog.All.Where(known => known.About.External).Select(known => known.Name);
        var near = Nearest.To(type, external) is { } name ? $"did you mean '{name}'? " : "";
        return new("event_type", $"is no type that can be sent over HTTP, and under no prefix of yours; {near}"
            + $"PUT /api/v1/event-prefixes/{type[..type.LastIndexOf('.')]} declares a prefix for types of your own");
    }

    private static async ValueTask<FieldError?> MissingCompany(OperationCall call, string company)
    {
        var found = await call.Within(call.Grains.GetGrain<ICompanyGrain>(GrainKeys.Company(call.Tenant, company)).Get());
        return found.Succeeded ? null : new("company_id", $"names no company of the tenant: '{company}'; GET /api/v1/companies lists them");
    }

    private static Problem TooLarge() => Problem.Of(
        ProblemCodes.TooLarge, $"payload has more than {EventOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload.");
}
