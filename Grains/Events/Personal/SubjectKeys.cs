using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Buildify.Events.Personal;

/// <summary>What people's fields are encrypted with: a key for each person of each tenant, in <c>event_subject_keys</c>.</summary>
internal sealed class SubjectKeys(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a process may still read what another has erased.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    /// <summary>More keys than this are not kept: a reader of many people's events reads theirs anew.</summary>
    private const int MaxCached = 10_000;

    private static readonly string Find = EventSql.Of("find_subject_keys");
    private static readonly string Make = EventSql.Of("make_subject_keys");

    private readonly ConcurrentDictionary<Subject, (byte[]? Key, long ReadAt)> _cache = new();

    /// <summary>Grows with each erasure: what was read before one is not kept after it.</summary>
    private long _erasures;

    /// <summary>
    /// The keys to encrypt with; those that are missing are made. They come from the table each time: what is encrypted with a key that
    /// was erased meanwhile could never be read.
    /// </summary>
    public async Task<IReadOnlyDictionary<Subject, byte[]>> ForWriting(IReadOnlyCollection<Subject> subjects)
    {
        await using var connection = await database.OpenConnectionAsync();
        var known = await Query(connection, subjects);
        // Somebody may be erased between the two statements; then there is a new key to be made.
        while (subjects.Where(subject => !known.ContainsKey(subject)).ToList() is { Count: > 0 } missing)
        {
            await connection.ExecuteAsync(Make, new
            {
                tenants = missing.ConvertAll(subject => subject.Tenant).ToArray(),
                subjects = missing.ConvertAll(subject => subject.Id).ToArray(),
                keys = missing.ConvertAll(_ => RandomNumberGenerator.GetBytes(FieldCipher.KeyBytes)).ToArray(),
            });
            foreach (var (subject, key) in await Query(connection, missing)) known[subject] = key;
        }
        return known;
    }

    /// <summary>The keys to decrypt with; of who was erased there is none.</summary>
    public async ValueTask<IReadOnlyDictionary<Subject, byte[]>> ForReading(IReadOnlyCollection<Subject> subjects)
    {
        var found = new Dictionary<Subject, byte[]>(subjects.Count);
        List<Subject>? unknown = null;
        foreach (var subject in subjects)
        {
            if (!_cache.TryGetValue(subject, out var cached) || time.GetElapsedTime(cached.ReadAt) > Life) (unknown ??= []).Add(subject);
            else if (cached.Key is not null) found[subject] = cached.Key;
        }
        if (unknown is null) return found;

        var (erasures, readAt) = (Interlocked.Read(ref _erasures), time.GetTimestamp());
        await using var connection = await database.OpenConnectionAsync();
        var read = await Query(connection, unknown);
        foreach (var (subject, key) in read) found[subject] = key;
        if (Interlocked.Read(ref _erasures) != erasures) return found;
        if (_cache.Count + unknown.Count > MaxCached) _cache.Clear();
        foreach (var subject in unknown) _cache[subject] = (read.GetValueOrDefault(subject), readAt);
        return found;
    }

    /// <summary>Destroys a key. This process forgets it at once, others within <see cref="Life"/>.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> Erase(Subject subject)
    {
        await using var connection = await database.OpenConnectionAsync();
        var erased = await connection.ExecuteAsync("DELETE FROM event_subject_keys WHERE tenant_id = @Tenant AND subject = @Id", new { subject.Tenant, subject.Id });
        Interlocked.Increment(ref _erasures);
        _cache.TryRemove(subject, out _);
        return erased > 0;
    }

    private static async Task<Dictionary<Subject, byte[]>> Query(NpgsqlConnection connection, IReadOnlyCollection<Subject> subjects)
    {
        var rows = await connection.QueryAsync<(string Tenant, string Subject, byte[] Key)>(
            Find, new { tenants = subjects.Select(subject => subject.Tenant).ToArray(), subjects = subjects.Select(subject => subject.Id).ToArray() });
        return rows.ToDictionary(row => new Subject(row.Tenant, row.Subject), row => row.Key);
    }
}

/// <summary>A person, as far as the log knows: an id within a tenant.</summary>
internal readonly record struct Subject(string Tenant, string Id);
