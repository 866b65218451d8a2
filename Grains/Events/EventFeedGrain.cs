using System.Collections.Immutable;
using Buildify.Events.Personal;
using Dapper;
using Npgsql;

namespace Buildify.Events;

[StatelessWorker, GrainType("event-feed")]
internal sealed class EventFeedGrain(NpgsqlDataSource database, PersonalFields personal) : Grain, IEventFeedGrain
{
    /// <summary>Prefixes that a tenant may have.</summary>
    private const int MaxPrefixes = 100;

    private readonly EventFeed _feed = new(database);

    private string Tenant => GrainKeys.TenantOf(this.GetPrimaryKeyString())!;

    public async Task<Outcome<EventSlice>> Read(EventFilter filter)
    {
        EventPattern? pattern = null;
        if (filter.Pattern is not null && EventPattern.TryParse(filter.Pattern, out pattern) is { } wrong) return Failure.Invalid(new FieldError("type", wrong));
        if (filter.CompanyId is { } company && !Slug.IsValid(company)) return Failure.Invalid(new FieldError("company_id", Slug.Rule));
        var slice = await _feed.Read(Tenant, filter with { Max = Math.Clamp(filter.Max, 1, 1_000) }, pattern);
        return slice with { Events = await personal.Reveal(slice.Events) };
    }

    public Task<bool> EraseSubject(string subject) => personal.Erase(Tenant, subject);

    public async Task<ImmutableArray<EventPrefix>> Prefixes()
    {
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Prefix, DateTime CreatedAt)>(
            "SELECT prefix, created_at FROM event_prefixes WHERE tenant_id = @Tenant ORDER BY prefix", new { Tenant });
        return [.. rows.Select(row => new EventPrefix(row.Prefix, row.CreatedAt))];
    }

    public async Task<Outcome<EventPrefix>> DeclarePrefix(string prefix)
    {
        if (!EventRules.IsPrefix(prefix)) return Bad("must be words of a-z, 0-9, _ and - with dots between them, as acme.shop");
        var first = prefix.Split('.')[0];
        if (first + "." == EventRules.PlatformPrefix) return Bad("is the platform's; choose a word of your own");

        await using var connection = await database.OpenConnectionAsync();
        if (await connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM modules WHERE name = @first) OR EXISTS (SELECT FROM event_types WHERE module = @first)", new { first }))
        {
            return Bad($"is the module {first}'s; choose a word of your own");
        }
        if (await connection.ExecuteScalarAsync<int>("SELECT count(*)::int FROM event_prefixes WHERE tenant_id = @Tenant AND prefix <> @prefix", new { Tenant, prefix }) >= MaxPrefixes)
        {
            return new Failure(FailureCodes.LimitReached, $"A tenant has at most {MaxPrefixes} prefixes; remove one that is not used.");
        }
        var createdAt = await connection.ExecuteScalarAsync<DateTime>(
            """
            INSERT INTO event_prefixes (tenant_id, prefix) VALUES (@Tenant, @prefix)
            ON CONFLICT (tenant_id, prefix) DO UPDATE SET prefix = excluded.prefix
            RETURNING created_at
            """,
            new { Tenant, prefix });
        return new EventPrefix(prefix, createdAt);

        static Failure Bad(string message) => Failure.Invalid(new FieldError("prefix", message));
    }

    public async Task<bool> RemovePrefix(string prefix)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.ExecuteAsync("DELETE FROM event_prefixes WHERE tenant_id = @Tenant AND prefix = @prefix", new { Tenant, prefix }) > 0;
    }
}
