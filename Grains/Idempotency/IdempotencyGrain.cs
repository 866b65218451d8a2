using Buildify.Modules;
using Dapper;
using Npgsql;

namespace Buildify.Idempotency;

[GrainType("idempotency")]
internal sealed class IdempotencyGrain(NpgsqlDataSource database, IModuleTables tables, TimeProvider time) : Grain, IIdempotencyGrain
{
    /// <summary>How long a claim holds whose gateway never ended it: longer than any request may take.</summary>
    private static readonly TimeSpan ClaimAge = TimeSpan.FromMinutes(1);

    private Guid _claim;
    private long _claimedAt;

    public async Task<IdempotencyDecision> Begin(string fingerprint, string? module)
    {
        if (_claim != default && time.GetElapsedTime(_claimedAt) < ClaimAge) return new(IdempotencyVerdict.InProgress, default, Response: null);

        if (await Find(module) is { } stored)
        {
            return stored.Fingerprint == fingerprint
                ? new(IdempotencyVerdict.Replay, default, JsonText.From(stored.Response))
                : new(IdempotencyVerdict.Mismatch, default, Response: null);
        }
        (_claim, _claimedAt) = (Guid.NewGuid(), time.GetTimestamp());
        return new(IdempotencyVerdict.Proceed, _claim, Response: null);
    }

    public Task End(Guid claim)
    {
        if (_claim == claim)
        {
            _claim = default;
            DeactivateOnIdle();
        }
        return Task.CompletedTask;
    }

    private async Task<(string Fingerprint, string Response)?> Find(string? module)
    {
        var (scope, key) = GrainKeys.IdempotencyScope(this.GetPrimaryKeyString());
        var source = module is null ? database : tables.Database(module);
        await using var connection = await source.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<(string, string)?>(
            """
            SELECT fingerprint, response::text FROM idempotency_keys
            WHERE scope = @scope AND key = @key AND created_at > now() - interval '24 hours'
            """,
            new { scope, key });
    }
}
