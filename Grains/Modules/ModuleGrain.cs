using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Idempotency;
using Buildify.Modules.Configuration;
using Buildify.Modules.Manifests;
using Buildify.Storage;
using Buildify.Tenants;
using Dapper;
using Npgsql;

namespace Buildify.Modules;

[GrainType("module")]
internal sealed class ModuleGrain : Grain, IModuleGrain
{
    /// <summary>How many tenants are told of a new manifest at once.</summary>
    private const int Batch = 64;

    private readonly Committed<ModuleDocument> _module;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;

    // Null where the module is not installed, or what was stored cannot be read by this version of the platform.
    private Manifest? _manifest;

    public ModuleGrain([PersistentState("module")] IPersistentState<ModuleDocument> state, NpgsqlDataSource database, TimeProvider time)
    {
        _module = new Committed<ModuleDocument>(this, state);
        _database = database;
        _time = time;
    }

    private string Name => this.GetPrimaryKeyString()["module:".Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_module.Exists && _module.Value.State == ModuleState.Installed) _manifest = (await ManifestReader.Read(_module.Value.Manifest)).Value;
    }

    public async Task<Outcome<Registration>> Register(JsonText json, ModuleSource source, Caller caller, IdempotencyStamp? stamp)
    {
        var read = await ManifestReader.Read(json);
        if (!read.Succeeded) return read.Failure;

        var created = !_module.Exists;
        var manifest = read.Value;
        if (!created && _manifest is { } present)
        {
            // A folder's manifest is part of a build, whatever was there before: rolling back is starting the build before.
            if (IsSame(json, present.Json) && source == _module.Value.Source) return new Registration(ToModule(), Created: false);
            if (source == ModuleSource.Api && CheckVersion(manifest, present) is { } conflict) return conflict;
        }
        var document = new ModuleDocument
        {
            Name = Name,
            Version = manifest.Version.ToString(),
            State = ModuleState.Installed,
            Source = source,
            Manifest = json,
            RegisteredAt = _time.GetUtcNow(),
            RegisteredBy = caller.Actor,
        };
        var result = new Registration(ToModule(document, manifest), created);
        if (await _module.Write(document, Outbox.For(stamp, result)) is { } failure) return failure;
        _manifest = manifest;
        if (created) return result;
        // A process that starts does not wait for ten thousand tenants; who registers by a call reads the new defaults right after it.
        if (source == ModuleSource.Api) await TellTenants();
        else this.RegisterGrainTimer(_ => TellTenants(), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return result;
    }

    public Task<bool> Has(JsonText manifest, ModuleSource source) =>
        Task.FromResult(_manifest is { } present && source == _module.Value.Source && IsSame(manifest, present.Json));

    public async Task Fail(string error)
    {
        if (_module.Exists && _module.Value.State == ModuleState.Failed && _module.Value.Error == error) return;
        var document = _module.Exists
            ? _module.Value with { State = ModuleState.Failed, Error = error }
            : new ModuleDocument { Name = Name, State = ModuleState.Failed, Error = error, RegisteredAt = _time.GetUtcNow(), RegisteredBy = "system:start" };
        await _module.Write(document);
        _manifest = null;
        await TellTenants();
    }

    public Task<Module?> Get() => Task.FromResult(_module.Exists ? ToModule() : null);

    public Task<ModuleDefaults?> GetDefaults() => Task.FromResult(_manifest is { } manifest
        ? new ModuleDefaults(Name, manifest.Version.ToString(), manifest.Configuration,
            manifest.Features.ToImmutableDictionary(feature => feature.Key, feature => feature.Value.Default, StringComparer.Ordinal))
        : null);

    public Task<bool> HasCode() => Task.FromResult(_manifest is not null && _module.Value.Source == ModuleSource.Project);

    public Task<ImmutableArray<FieldError>> Check(JsonText effective, TierChange own)
    {
        if (_manifest is not { } manifest) return Task.FromResult<ImmutableArray<FieldError>>([new("module", "failed to load; GET /api/v1/modules says why")]);
        var features = Features.Check([.. manifest.Features.Keys], own);
        return Task.FromResult<ImmutableArray<FieldError>>([.. manifest.Schema?.Check(effective) ?? [], .. features]);
    }

    private Failure? CheckVersion(Manifest manifest, Manifest present)
    {
        if (_module.Value.Source != ModuleSource.Api)
        {
            return new Failure(FailureCodes.VersionConflict, $"'{Name}' is part of this build; change modules/{Name}/manifest.json and build again.");
        }
        return manifest.Version > present.Version ? null : new Failure(FailureCodes.VersionConflict,
            $"'{Name}' {present.Version} is registered with another manifest; give this one a higher version.");
    }

    /// <summary>Returns when each company of each tenant with the module answers by the new manifest.</summary>
    private async Task TellTenants()
    {
        await using var connection = await _database.OpenConnectionAsync();
        var tenants = await connection.QueryAsync<string>("SELECT tenant_id FROM tenant_modules WHERE module_name = @Name", new { Name });
        foreach (var batch in tenants.Chunk(Batch))
        {
            await Task.WhenAll(batch.Select(tenant => GrainFactory.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).ModuleChanged(Name)));
        }
    }

    private Module ToModule() => ToModule(_module.Value, _manifest);

    internal static Module ToModule(ModuleDocument document, Manifest? manifest) => new(
        document.Name,
        manifest?.DisplayName ?? document.Name,
        document.Version,
        manifest?.Description,
        manifest is null ? ModuleState.Failed : document.State,
        manifest?.DependsOn ?? ImmutableSortedDictionary<string, string>.Empty,
        manifest?.Features ?? ImmutableSortedDictionary<string, FeatureRead>.Empty,
        manifest?.Permissions ?? ImmutableSortedDictionary<string, string>.Empty,
        manifest?.Backend ?? new ModuleBackend("grains", $"/api/v1/{document.Name}", Address: null),
        document.Manifest,
        document.Error ?? (manifest is null ? "What is stored of it cannot be read by this version of the platform." : null),
        Enabled: null);

    private static bool IsSame(JsonText a, JsonText b)
    {
        using var left = a.Parse();
        using var right = b.Parse();
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }
}
