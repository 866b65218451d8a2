using Buildify.Health;
using Buildify.Modules;
using Buildify.Silo.Start;
using Buildify.Testing.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Databases;

public sealed class ModuleFoldersTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("buildify-modules-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_folder_s_tables_are_ready_when_it_is_registered_and_one_that_fails_stops_no_other()
    {
        Folder("notes", ModuleHost.Notes);
        Folder("wild", "CREATE TABLE wild_thing (id int)");
        Folder("bare");
        await using var platform = await PlatformCluster.Launch();

        await using var host = ModuleHost.On(platform.Database, ("Modules:Path", _root.FullName));
        await Start(host, platform);

        await host.Write("acme", "first");
        (await host.Read("acme")).ShouldBe(["first"]);
        (await Module(platform, "notes")).State.ShouldBe(ModuleState.Installed);
        (await Module(platform, "bare")).State.ShouldBe(ModuleState.Installed);
        var wild = await Module(platform, "wild");
        (wild.State, wild.Error!.Contains("wild_thing has no column \"tenant_id text NOT NULL\"", StringComparison.Ordinal)).ShouldBe((ModuleState.Failed, true));
        var health = await platform.Grains.GetGrain<IHealthGrain>(GrainKeys.Platform).CheckModules();
        (health["notes"].Status, health["wild"].Status == HealthStatus.Healthy).ShouldBe((HealthStatus.Healthy, false));
    }

    [Fact]
    public async Task A_module_that_is_mended_is_installed_at_the_next_start()
    {
        Folder("wild", "CREATE TABLE wild_thing (id int)");
        await using var platform = await PlatformCluster.Launch();
        await using (var host = ModuleHost.On(platform.Database, ("Modules:Path", _root.FullName))) await Start(host, platform);

        Folder("wild", "CREATE TABLE wild_thing (tenant_id text NOT NULL)");
        await using (var host = ModuleHost.On(platform.Database, ("Modules:Path", _root.FullName))) await Start(host, platform);

        var wild = await Module(platform, "wild");
        (wild.State, wild.Error).ShouldBe((ModuleState.Installed, null));
    }

    private static async Task Start(ModuleHost host, PlatformCluster platform)
    {
        var folders = ActivatorUtilities.CreateInstance<ModuleFolders>(host.Services, platform.Grains);
        await folders.StartingAsync(CancellationToken.None);
        await folders.StartAsync(CancellationToken.None);
    }

    private static async Task<Module> Module(PlatformCluster platform, string name) =>
        (await platform.Grains.GetGrain<IModuleGrain>(GrainKeys.Module(name)).Get())!;

    private void Folder(string name, params string[] scripts)
    {
        var folder = _root.CreateSubdirectory(name);
        File.WriteAllText(Path.Combine(folder.FullName, "manifest.json"), $$"""{"name":"{{name}}","display_name":"A module","version":"1.0.0"}""");
        if (scripts.Length == 0) return;
        var migrations = folder.CreateSubdirectory("migrations");
        for (var i = 0; i < scripts.Length; i++) File.WriteAllText(Path.Combine(migrations.FullName, $"{i + 1:0000}_script.sql"), scripts[i]);
    }
}
