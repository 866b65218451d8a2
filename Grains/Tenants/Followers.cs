using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace Buildify.Tenants;

/// <summary>
/// The companies that answer from memory by what their tenant told them. A tenant that was just activated does not know whom the
/// activation before it told, so its first change goes to every company there is; from then on it goes to those that asked.
/// </summary>
internal sealed class Followers(NpgsqlDataSource database)
{
    /// <summary>How many companies are told at once.</summary>
    private const int Batch = 256;

    private const int Attempts = 3;

    // The number tells a company that asked again from the one that was told before it did.
    private readonly ConcurrentDictionary<string, long> _companies = new(StringComparer.Ordinal);
    private long _asked;
    private bool _all;

    public void Add(string company) => _companies[company] = ++_asked;

    /// <summary>Returns when each was told.</summary>
    /// <param name="tell">Answers whether the company keeps what it is told.</param>
    public async Task Tell(string tenant, Func<string, Task<bool>> tell)
    {
        if (!_all)
        {
            await using var connection = await database.OpenConnectionAsync();
            foreach (var company in await connection.QueryAsync<string>("SELECT id FROM companies WHERE tenant_id = @tenant", new { tenant }))
            {
                _companies.TryAdd(company, 0);
            }
            _all = true;
        }
        foreach (var batch in _companies.ToArray().Chunk(Batch))
        {
            await Task.WhenAll(batch.Select(async follower =>
            {
                if (!await Insist(() => tell(follower.Key))) _companies.TryRemove(follower);
            }));
        }
    }

    // A company whose silo has just died fails its next call, and is elsewhere for the one after.
    private static async Task<bool> Insist(Func<Task<bool>> tell)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await tell();
            }
            catch (Exception) when (attempt < Attempts)
            {
                // The last attempt's error is the caller's.
            }
        }
    }
}
