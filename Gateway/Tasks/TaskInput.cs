using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Problems;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>Whether a caller may send a task, and whether its payload fits the record of its type.</summary>
internal static class TaskInput
{
    private const string DefaultPermission = "tasks.enqueue";

    /// <param name="path">Where the task stands in the body, as <c>tasks[3]</c>; empty for the body itself.</param>
    /// <param name="member">What is put into the payload later, by its workflow; the record must take it. Null for nothing.</param>
    /// <returns>The type; null where something is wrong, which is in the errors then.</returns>
    public static TaskTypeInfo? Check(
        TaskCatalog catalog, string path, string type, JsonObjectText? payload, string? member, List<FieldError> errors)
    {
        if (FindType(catalog, path, type, errors) is not { } found) return null;

        var before = errors.Count;
        CheckPayload(found, JsonPath.Join(path, "payload"), payload?.Json ?? JsonText.EmptyObject, member, errors);
        return errors.Count == before ? found : null;
    }

    /// <summary>The type; null where none of that name can be sent, which is in the errors then.</summary>
    public static TaskTypeInfo? FindType(TaskCatalog catalog, string path, string type, List<FieldError> errors)
    {
        if (catalog.Find(type) is { About.External: true } found) return found;

        var known = catalog.All.Where(one => one.About.External).Select(one => one.Name);
        errors.Add(new(JsonPath.Join(path, "type"), $"names no task that can be sent over HTTP; {Nearest.Hint(type, known)}"));
        return null;
    }

    /// <summary>Null where the caller may send all of them; without types, where they may change what was sent.</summary>
    public static Problem? Forbid(HttpContext http, params IEnumerable<TaskTypeInfo> types) =>
        types.Select(type => type.About.Permission ?? DefaultPermission).DefaultIfEmpty(DefaultPermission)
            .FirstOrDefault(permission => !http.User.May(permission)) is { } missing
            ? Problem.Of(ProblemCodes.Forbidden, $"This needs the permission '{missing}', which no role of yours holds.")
            : null;

    /// <summary>As strictly as a request's body: the type's record is what the handler will be given.</summary>
    public static void CheckPayload(TaskTypeInfo type, string path, JsonText payload, string? member, List<FieldError> errors)
    {
        if (Encoding.UTF8.GetByteCount(payload.Text) > TaskOptions.MaxPayloadBytes)
        {
            errors.Add(new(path, $"has more than {TaskOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload"));
            return;
        }
        if (member is null)
        {
            RecordPayload.Check(type.Record, path, payload, errors);
            return;
        }
        var shape = Body.Options.GetTypeInfo(type.Record);
        var takesAny = shape.Properties.Any(property => property.IsExtensionData);
        if (!takesAny && shape.Properties.All(property => property.Name != member))
        {
            errors.Add(new(path, $"of {type.Name} has no field '{member}', which the workflow puts in; give its record one"));
            return;
        }
        using var sent = payload.Parse();
        if (sent.RootElement.TryGetProperty(member, out _))
        {
            errors.Add(new(JsonPath.Join(path, member), "is put in by the workflow; leave it out"));
            return;
        }
        if (!takesAny) CheckFilled(shape, path, payload, member, errors);
    }

    private static void CheckFilled(JsonTypeInfo shape, string path, JsonText payload, string member, List<FieldError> errors)
    {
        var filled = JsonNode.Parse(payload.Text)!.AsObject();
        filled[member] = null;
        var text = filled.ToJsonString();
        try
        {
            JsonSerializer.Deserialize(text, shape);
        }
        catch (JsonException)
        {
            using var document = JsonDocument.Parse(text);
            var found = new List<FieldError>();
            JsonShape.Check(document.RootElement, shape, path, found);
            // What will be there is not known yet.
            found.RemoveAll(error => error.Field == JsonPath.Join(path, member));
            errors.AddRange(found);
        }
    }
}
