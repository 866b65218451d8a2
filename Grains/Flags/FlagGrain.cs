using Buildify.Storage;

namespace Buildify.Flags;

[GrainType("flag")]
internal sealed class FlagGrain : Grain, IFlagGrain
{
    private readonly Committed<FlagDocument> _flag;
    private readonly TimeProvider _time;

    public FlagGrain([PersistentState("flag")] IPersistentState<FlagDocument> state, TimeProvider time)
    {
        _flag = new Committed<FlagDocument>(this, state);
        _time = time;
    }

    private string Name => this.GetPrimaryKeyString()["flag:".Length..];

    private FlagDocument? Current => _flag.Exists && !_flag.Value.Removed ? _flag.Value : null;

    public Task<Flag?> Get() => Task.FromResult(Current?.ToFlag());

    public ValueTask<FlagState> StateFor(string tenant, string? company) => new(FlagRules.StateOf(Name, Current, tenant, company));

    public async Task<Outcome<Flag>> Set(FlagChange change, string? ifMatch, Caller caller)
    {
        if (FlagRules.Check(Name, change) is { } invalid) return invalid;
        if (Revisions.Check(ifMatch, Current?.ToFlag().Revision) is { } stale) return stale;
        return await Write(FlagRules.Apply(_flag.Value, Name, change), caller);
    }

    public async Task<Outcome<Flag>> Remove(string? ifMatch, Caller caller)
    {
        if (Current is not { } flag) return Failure.NotFound($"There is no flag '{Name}'; GET /api/v1/flags lists them.");
        if (Revisions.Check(ifMatch, flag.ToFlag().Revision) is { } stale) return stale;
        return await Write(flag with { Removed = true }, caller);
    }

    private async Task<Outcome<Flag>> Write(FlagDocument flag, Caller caller)
    {
        var next = flag with { Writes = _flag.Value.Writes + 1, UpdatedAt = _time.GetUtcNow(), UpdatedBy = caller.Actor };
        return await _flag.Write(next) is { } failure ? failure : next.ToFlag();
    }
}
