using System.Collections.Concurrent;
using Buildify.Databases;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <summary>
/// This process's pools, one for each module that is in use. A silo that did not prepare a module itself finds what another one has
/// prepared.
/// </summary>
internal sealed class ModulePools(ModulePlaces places, ModuleAccounts accounts) : ModuleDatabases, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _pools = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>How many connections all of them may hold together.</summary>
    public int MaxConnections => _pools.Keys.Sum(places.MaxConnections);

    public override ValueTask<NpgsqlDataSource> Find(string module, CancellationToken cancellation) =>
        _failures.TryGetValue(module, out var why) ? throw new ModuleUnavailableException($"The tables of '{module}' are not ready. {why}")
        : _pools.TryGetValue(module, out var pool) ? new(pool.Value)
        : Attach(module, cancellation);

    public NpgsqlDataSource Open(string module, ModulePlace place, ModuleAccount account)
    {
        _failures.TryRemove(module, out _);
        return _pools.GetOrAdd(module, _ => new(() => places.Pool(module, place, account))).Value;
    }

    /// <summary>From now on the module's grains are told why.</summary>
    public void Fail(string module, string why) => _failures[module] = why;

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values) await pool.Value.DisposeAsync();
    }

    private async ValueTask<NpgsqlDataSource> Attach(string module, CancellationToken cancellation)
    {
        var place = places.Of(module);
        var account = await accounts.Find(module, place.Id, cancellation) ?? throw new ModuleUnavailableException(
            $"'{module}' has no tables: no silo has applied scripts of modules/{module}/migrations.");
        return Open(module, place, account);
    }
}
