using System.Collections.Frozen;
using Buildify.Identity;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Gateway.Identity;

/// <summary>
/// The platform's public keys, kept. They are read again when a token names one that is not known, though not at every such token:
/// anybody can make tokens up.
/// </summary>
internal sealed class SigningKeys(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<KeySet>? _reading;
    private volatile KeySet? _keys;
    private int _generation;

    /// <summary>Grows when the keys were read again and are others.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The key set as callers of <c>/.well-known/jwks.json</c> get it.</summary>
    public async ValueTask<JsonText> GetJson() => (_keys ?? await Read()).Json;

    /// <summary>The key with this id; null where there is none.</summary>
    public async ValueTask<SecurityKey?> Find(string keyId)
    {
        var keys = _keys ?? await Read();
        if (keys.ById.TryGetValue(keyId, out var key)) return key;
        if (time.GetElapsedTime(keys.ReadAt) < LeastAge) return null;
        return (await Read()).ById.GetValueOrDefault(keyId);
    }

    // Everybody who needs them waits for the same reading.
    private Task<KeySet> Read()
    {
        lock (_lock)
        {
            return _reading is { IsCompleted: false } ? _reading : _reading = ReadOnce();
        }
    }

    private async Task<KeySet> ReadOnce()
    {
        // Not under the lock.
        await Task.Yield();
        var json = await grains.GetGrain<ISigningKeyGrain>(GrainKeys.Platform).GetPublicKeys();
        var byId = new JsonWebKeySet(json.Text).GetSigningKeys().ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        var keys = new KeySet(json, byId, time.GetTimestamp());
        var before = _keys;
        _keys = keys;
        // In this order: what is checked from the new generation on is checked with the new keys.
        if (before is not null && before.Json != json) Interlocked.Increment(ref _generation);
        return keys;
    }

    private sealed record KeySet(JsonText Json, FrozenDictionary<string, SecurityKey> ById, long ReadAt);
}
