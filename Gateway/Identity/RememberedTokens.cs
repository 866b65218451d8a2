using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;

namespace Buildify.Gateway.Identity;

/// <summary>
/// Tokens that were found good, until they expire or the keys change. Checking a signature on P-256 costs several times what the rest
/// of a request costs, and a client sends one token hundreds of times.
/// </summary>
internal sealed class RememberedTokens(SigningKeys keys, TimeProvider time)
{
    /// <summary>When this many are remembered, all are forgotten: no list of who came last is kept for a cache that rarely fills.</summary>
    private const int MaxRemembered = 10_000;

    private volatile ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _count;

    public AuthenticateResult? Recall(string token) =>
        _entries.TryGetValue(token, out var entry) && entry.Generation == keys.Generation && time.GetUtcNow() < entry.Until
            ? entry.Result
            : null;

    /// <param name="generation">Of the keys, from before the token was checked.</param>
    public void Remember(string token, AuthenticateResult result, int generation)
    {
        if (result.Properties?.ExpiresUtc is not { } until) return;
        if (Interlocked.Increment(ref _count) > MaxRemembered)
        {
            _entries = new(StringComparer.Ordinal);
            Volatile.Write(ref _count, 1);
        }
        _entries[token] = new(result, until, generation);
    }

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset Until, int Generation);
}
