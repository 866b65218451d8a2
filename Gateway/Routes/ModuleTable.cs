using System.Collections.Frozen;
using Buildify.Directories;
using Buildify.Gateway.Forwarding;
using Buildify.Modules;
using Buildify.Routes;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Buildify.Gateway.Routes;

/// <param name="IsGrains">Whether its home is this process.</param>
/// <param name="Route">Asked by every request of the module.</param>
/// <param name="Forward">What a request becomes that goes on to a backend.</param>
internal sealed record ModuleEntry(string Name, bool IsGrains, IModuleRouteGrain Route, Endpoint Forward);

/// <summary>
/// Which module a path is of, in memory. It is read when it is first needed; again at once after a registration in this process; for a
/// path that it does not know, once a second at most; and while it is used, every few seconds, for what other gateways registered.
/// </summary>
internal sealed partial class ModuleTable(IGrainFactory grains, ModuleForward forward, TimeProvider time, ILogger<ModuleTable> log)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MissedFor = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<Snapshot>? _reading;
    private volatile Snapshot? _snapshot;
    private long _readingFor;
    private long _needed;
    private long _triedAt;

    /// <summary>What was read so far is not enough: something was registered since.</summary>
    public void Expire() => Interlocked.Increment(ref _needed);

    /// <summary>The module with the longest prefix of this path; null where it is no module's.</summary>
    /// <param name="path">None of the platform's own.</param>
    public ValueTask<ModuleEntry?> Find(string path)
    {
        if (_snapshot is not { } known || known.For < Volatile.Read(ref _needed)) return new(FindAnew(path));
        var age = time.GetElapsedTime(known.ReadAt);
        if (known.Find(path) is not { } module) return age < MissedFor ? default : new(FindAnew(path));
        if (age > FreshFor && time.GetElapsedTime(Volatile.Read(ref _triedAt)) > MissedFor) _ = Refresh();
        return new(module);
    }

    private async Task<ModuleEntry?> FindAnew(string path) => (await Refresh()).Find(path);

    // While the cluster is away, what was known holds; only what is known to lack something is no answer.
    private async Task<Snapshot> Refresh()
    {
        try
        {
            return await Read();
        }
        catch (Exception error) when (_snapshot is { } known && known.For >= Volatile.Read(ref _needed))
        {
            Log.NotRead(log, error);
            return known;
        }
    }

    // Everybody who needs it waits for the same reading, unless that began too early.
    private Task<Snapshot> Read()
    {
        lock (_lock)
        {
            if (_reading is { IsCompleted: false } && _readingFor >= _needed) return _reading;
            (_readingFor, _triedAt) = (Volatile.Read(ref _needed), time.GetTimestamp());
            return _reading = ReadOnce(_readingFor);
        }
    }

    private async Task<Snapshot> ReadOnce(long needed)
    {
        // Not under the lock.
        await Task.Yield();
        var modules = await grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).ModulePrefixes();
        var snapshot = new Snapshot(modules, Entry, needed, time.GetTimestamp());
        lock (_lock)
        {
            if (_snapshot is null || _snapshot.For <= needed) _snapshot = snapshot;
        }
        return snapshot;
    }

    private ModuleEntry Entry(ModulePrefix module)
    {
        var pattern = RoutePatternFactory.Parse(module.ApiPrefix.TrimEnd('/') + "/{**path}");
        var endpoint = new RouteEndpointBuilder(forward.Run, pattern, order: 0) { DisplayName = $"forward {module.Module}" }.Build();
        return new(module.Module, module.IsGrains, grains.GetGrain<IModuleRouteGrain>(GrainKeys.ModuleRoute(module.Module)), endpoint);
    }

    private sealed class Snapshot
    {
        private readonly FrozenDictionary<string, ModuleEntry>.AlternateLookup<ReadOnlySpan<char>> _byPrefix;
        private readonly int _longest;

        public Snapshot(IEnumerable<ModulePrefix> modules, Func<ModulePrefix, ModuleEntry> entry, long needed, long readAt)
        {
            var byPrefix = new Dictionary<string, ModuleEntry>(StringComparer.OrdinalIgnoreCase);
            foreach (var module in modules)
            {
                // The registry sees to both; here for what was stored before it did.
                if (!PlatformRoutes.Prefixes.Any(own => PlatformRoutes.Overlap(own, module.ApiPrefix))) byPrefix.TryAdd(module.ApiPrefix.TrimEnd('/'), entry(module));
            }
            _byPrefix = byPrefix.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
            _longest = byPrefix.Keys.Select(prefix => prefix.Length).DefaultIfEmpty(0).Max();
            (For, ReadAt) = (needed, readAt);
        }

        /// <summary>How many registrations it knows of.</summary>
        public long For { get; }

        public long ReadAt { get; }

        public ModuleEntry? Find(ReadOnlySpan<char> path)
        {
            var end = path.Length <= _longest ? path.Length : path[_longest] == '/' ? _longest : path[.._longest].LastIndexOf('/');
            for (; end > 0; end = path[..end].LastIndexOf('/'))
            {
                if (_byPrefix.TryGetValue(path[..end], out var module)) return module;
            }
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The modules' paths could not be read; those of before hold")]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
