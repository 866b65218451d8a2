using Buildify.Hosting.Modules;
using Buildify.Hosting.Postgres;
using Buildify.Modules;
using Buildify.Modules.Manifests;
using Buildify.Silo.Modules;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NuGet.Versioning;

namespace Buildify.Databases;

/// <summary>What a silo has for modules' databases, without the silo; and a folder to put their scripts in.</summary>
internal sealed class ModuleHost : IAsyncDisposable
{
    public const string Notes = "CREATE TABLE notes_note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id text NOT NULL, body text NOT NULL)";

    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("buildify-module-");

    public ModuleHost(string connectionString, params (string Key, string Value)[] settings)
    {
        Configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:Postgres", (string?)connectionString)])
            .Build();
        var services = new ServiceCollection().AddLogging().AddSingleton(Configuration).AddPostgres(Configuration, "silo");
        services.AddModuleDatabases(Configuration);
        services.AddModules([], Configuration);
        _services = services.BuildServiceProvider();
    }

    public static ModuleHost On(PostgresDatabase database, params (string Key, string Value)[] settings) => new(database.ConnectionString, settings);

    public IConfiguration Configuration { get; }

    public IServiceProvider Services => _services;

    public ModuleDatabases Databases => _services.GetRequiredService<ModuleDatabases>();

    public IModuleTables Tables => _services.GetRequiredService<IModuleTables>();

    public ModuleDatabase Module(string module = "notes") => new TestDatabase(Databases, module);

    public Task<TenantSession> Begin(string tenant, string module = "notes") => Module(module).Begin(tenant);

    public Task PrepareNotes(params string[] scripts) => Prepare("notes", "1.0.0", scripts);

    public Task Prepare(string module, string version, params string[] scripts) => Prepare(module, version, separate: null, scripts);

    public async Task Prepare(string module, string version, bool? separate, params string[] scripts)
    {
        var folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("n")).FullName;
        for (var i = 0; i < scripts.Length; i++) await File.WriteAllTextAsync(Path.Combine(folder, $"{i + 1:0000}_script.sql"), scripts[i]);
        var database = new ManifestDatabase(separate, module.Replace('-', '_') + "_");
        await _services.GetRequiredService<ModuleDatabaseSetup>()
            .Prepare(module, SemanticVersion.Parse(version), database, folder, CancellationToken.None);
    }

    /// <summary>Writes a note for a tenant.</summary>
    public async Task Write(string tenant, string body)
    {
        await using var session = await Begin(tenant);
        await session.Execute("INSERT INTO notes_note (tenant_id, body) VALUES (@tenant, @body)", new { tenant, body });
        await session.Commit();
    }

    /// <summary>The notes a tenant sees.</summary>
    public async Task<IReadOnlyList<string>> Read(string tenant)
    {
        await using var session = await Begin(tenant);
        return await session.Query<string>("SELECT body FROM notes_note ORDER BY id");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class TestDatabase(ModuleDatabases databases, string module) : ModuleDatabase(databases, module);
}
