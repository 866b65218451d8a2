using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dapper;
using Npgsql;

namespace Buildify.Events.Personal;

/// <summary>
/// Which types have personal fields. The owner of a tenant's events need not have the contract of each of them: what its process does not
/// know, or knows of an older version, it looks up in <c>event_types</c>.
/// </summary>
internal sealed class PersonalTypes(EventCatalog catalog, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long the answer for a type that is not this process's own is taken for true.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    /// <summary>Tenants have types of their own, without end.</summary>
    private const int MaxCached = 10_000;

    private readonly ConcurrentDictionary<string, (PersonalType Type, long ReadAt)> _others = new(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, PersonalType> _own =
        catalog.All.ToImmutableDictionary(type => type.Name, type => new PersonalType(type.Name, type.About.Version, type.Subject, type.PersonalFields), StringComparer.Ordinal);

    /// <summary>Of the types of these events, those with personal fields; null where there are none.</summary>
    public async ValueTask<IReadOnlyDictionary<string, PersonalType>?> Of(IReadOnlyList<NewEvent> events)
    {
        Dictionary<string, PersonalType>? personal = null;
        HashSet<string>? unknown = null;
        foreach (var @event in events)
        {
            if (Find(@event) is not { } type) (unknown ??= new(StringComparer.Ordinal)).Add(@event.EventType);
            else if (type.IsPersonal) (personal ??= new(StringComparer.Ordinal))[type.Name] = type;
        }
        foreach (var type in unknown is null ? [] : await LookUp(unknown))
        {
            if (type.IsPersonal) (personal ??= new(StringComparer.Ordinal))[type.Name] = type;
        }
        return personal;
    }

    private PersonalType? Find(NewEvent @event)
    {
        if (_own.TryGetValue(@event.EventType, out var own) && @event.EventVersion <= own.Version) return own;
        return _others.TryGetValue(@event.EventType, out var other) && time.GetElapsedTime(other.ReadAt) <= Life ? other.Type : null;
    }

    private async Task<IReadOnlyCollection<PersonalType>> LookUp(HashSet<string> names)
    {
        var readAt = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Name, int Version, string? Subject, string[] Fields)>(
            "SELECT name, version, subject, personal_fields FROM event_types WHERE name = ANY (@names)", new { names = names.ToArray() });
        var declared = rows.ToDictionary(row => row.Name, row => new PersonalType(row.Name, row.Version, row.Subject, [.. row.Fields]), StringComparer.Ordinal);
        var found = names.Select(name => declared.GetValueOrDefault(name) ?? new PersonalType(name, 0, null, [])).ToList();
        if (_others.Count + found.Count > MaxCached) _others.Clear();
        foreach (var type in found) _others[type.Name] = (type, readAt);
        return found;
    }
}

/// <param name="Subject">The payload's field that says whose they are.</param>
/// <param name="Fields">The payload's fields that say something about a person.</param>
internal sealed record PersonalType(string Name, int Version, string? Subject, ImmutableArray<string> Fields)
{
    public bool IsPersonal => !Fields.IsEmpty;
}
