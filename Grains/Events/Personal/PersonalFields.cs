using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Buildify.Events.Personal;

/// <summary>
/// Encrypts what payloads say about people on its way into the log, and decrypts it for who may read it. Without the person's key a field
/// reads as null, whatever its contract says of it, and the event stays where it is. A payload that does not say whose its fields are has
/// them under the tenant's own key, of the subject with the empty name.
/// </summary>
internal sealed class PersonalFields(EventCatalog catalog, NpgsqlDataSource database, TimeProvider time)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly PersonalTypes _types = new(catalog, database, time);
    private readonly SubjectKeys _keys = new(database, time);

    /// <summary>The events as the log keeps them, in their order; the same ones where nothing in them is personal. What is encrypted already stays.</summary>
    public async ValueTask<ImmutableArray<NewEvent>> Protect(IReadOnlyList<NewEvent> events)
    {
        if (await _types.Of(events) is not { } types) return events is ImmutableArray<NewEvent> same ? same : [.. events];

        var open = new List<(int Index, JsonDocument Payload, PersonalType Type, Subject Subject)>();
        try
        {
            for (var index = 0; index < events.Count; index++)
            {
                var @event = events[index];
                if (!types.TryGetValue(@event.EventType, out var type)) continue;
                var payload = @event.Payload.Parse();
                open.Add((index, payload, type, new Subject(@event.Tenant, SubjectOf(payload.RootElement, type))));
            }
            var keys = await _keys.ForWriting([.. open.Select(entry => entry.Subject).Distinct()]);
            var written = events.ToArray();
            foreach (var (index, payload, type, subject) in open)
            {
                written[index] = events[index] with { Payload = Protect(payload.RootElement, type, subject, keys[subject]) };
            }
            return ImmutableCollectionsMarshal.AsImmutableArray(written);
        }
        finally
        {
            foreach (var (_, payload, _, _) in open) payload.Dispose();
        }
    }

    /// <summary>The events for who may read them, in their order.</summary>
    public async ValueTask<ImmutableArray<LoggedEvent>> Reveal(IReadOnlyList<LoggedEvent> events)
    {
        List<(int Index, JsonDocument Payload)>? open = null;
        try
        {
            for (var index = 0; index < events.Count; index++)
            {
                if (events[index].Payload.Text.Contains(FieldCipher.Mark, StringComparison.Ordinal)) (open ??= []).Add((index, events[index].Payload.Parse()));
            }
            if (open is null) return events is ImmutableArray<LoggedEvent> same ? same : [.. events];

            var subjects = open.SelectMany(entry => Subjects(events[entry.Index].Tenant, entry.Payload.RootElement)).ToHashSet();
            var keys = await _keys.ForReading(subjects);
            var read = events.ToArray();
            foreach (var (index, payload) in open) read[index] = events[index] with { Payload = Reveal(events[index], payload.RootElement, keys) };
            return ImmutableCollectionsMarshal.AsImmutableArray(read);
        }
        finally
        {
            foreach (var (_, payload) in open ?? []) payload.Dispose();
        }
    }

    /// <summary>Destroys what a person's fields are encrypted with: here nobody reads them any more, elsewhere within seconds.</summary>
    /// <returns>Whether there was anything.</returns>
    public Task<bool> Erase(string tenant, string subject) => _keys.Erase(new Subject(tenant, subject));

    private static string SubjectOf(JsonElement payload, PersonalType type) =>
        type.Subject is null || !payload.TryGetProperty(type.Subject, out var value) ? ""
        : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };

    private static IEnumerable<Subject> Subjects(string tenant, JsonElement payload) =>
        payload.EnumerateObject().Select(field => FieldCipher.Read(field.Value)).OfType<(string Subject, byte[] Box)>().Select(read => new Subject(tenant, read.Subject));

    private static JsonText Protect(JsonElement payload, PersonalType type, Subject subject, byte[] key) => Write(payload, (writer, field) =>
    {
        // An owner that died behind the encryption finds its own work.
        if (!type.Fields.Contains(field.Name) || field.Value.ValueKind == JsonValueKind.Null || FieldCipher.Read(field.Value) is not null) return false;
        FieldCipher.Write(writer, field.Value, key, new FieldPlace(subject.Tenant, type.Name, field.Name, subject.Id));
        return true;
    });

    private static JsonText Reveal(LoggedEvent @event, JsonElement payload, IReadOnlyDictionary<Subject, byte[]> keys) => Write(payload, (writer, field) =>
    {
        if (FieldCipher.Read(field.Value) is not var (subject, box)) return false;
        var plain = keys.TryGetValue(new Subject(@event.Tenant, subject), out var key)
            ? FieldCipher.Open(box, key, new FieldPlace(@event.Tenant, @event.EventType, field.Name, subject))
            : null;
        if (plain is null) writer.WriteNullValue();
        else writer.WriteRawValue(plain, skipInputValidation: true);
        return true;
    });

    /// <param name="payload">An object.</param>
    /// <param name="write">Writes a field's value, or answers that it stays.</param>
    private static JsonText Write(JsonElement payload, Func<Utf8JsonWriter, JsonProperty, bool> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartObject();
            foreach (var field in payload.EnumerateObject())
            {
                writer.WritePropertyName(field.Name);
                if (!write(writer, field)) field.Value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return new JsonText(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
