using System.Reflection;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Events;
using Buildify.Hosting.Postgres;
using Buildify.Hosting.Tasks;
using Buildify.Silo;
using Buildify.Testing.Postgres;
using Buildify.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Buildify.Testing.Cluster;

/// <summary>A cluster of in-process silos with the platform's grains, on a real PostgreSQL and a database of its own.</summary>
public sealed class PlatformCluster : IAsyncDisposable
{
    private const string WorkersKey = "Testing:Workers";
    private const string ApartKey = "Test:WorkersApart";
    private const string TasksKey = "Testing:Tasks";

    private PlatformCluster(TestCluster cluster, PostgresDatabase database) => (Cluster, Database) = (cluster, database);

    public TestCluster Cluster { get; }

    public PostgresDatabase Database { get; }

    public IGrainFactory Grains => Cluster.GrainFactory;

    /// <param name="database">Null for a new one.</param>
    /// <param name="settings">Of each silo, beside the database's.</param>
    /// <param name="workers">Every silo runs tasks, too.</param>
    /// <param name="workersApart">The first silo is the platform, and runs none; the others run tasks, and nothing else.</param>
    /// <param name="tasks">Has task types and handlers, beside the platform's.</param>
    public static async Task<PlatformCluster> Launch(
        short silos = 1, PostgresDatabase? database = null, IEnumerable<(string Key, string Value)>? settings = null, bool workers = false,
        bool workersApart = false, Assembly? tasks = null)
    {
        database ??= await (await PostgresServer.Shared).CreateDatabaseAsync();
        var builder = new TestClusterBuilder(silos);
        builder.Options.ServiceId = ClusterHosting.ServiceId;
        builder.Properties["ConnectionStrings:Postgres"] = database.ConnectionString;
        builder.Properties[WorkersKey] = (workers || workersApart).ToString();
        builder.Properties[ApartKey] = workersApart.ToString();
        if (tasks is not null) builder.Properties[TasksKey] = tasks.FullName!;
        foreach (var (key, value) in settings ?? []) builder.Properties[key] = value;
        builder.AddSiloBuilderConfigurator<Silo>();
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new PlatformCluster(cluster, database);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        await Database.DisposeAsync();
    }

    // A silo learns its name from its options, so that is where its role is decided.
    private static void SetApart(ISiloBuilder silo)
    {
        silo.Services.AddOptions<GrainTypeOptions>().Configure<IOptions<SiloOptions>>((types, options) => types.Classes.RemoveWhere(
            type => IsExecutor(type) == IsPlatform(options) && type.Assembly.GetName().Name?.StartsWith("Orleans", StringComparison.Ordinal) != true));
        var worker = silo.Services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "TaskWorkerService");
        silo.Services.Remove(worker);
        silo.Services.AddSingleton<IHostedService>(services => IsPlatform(services.GetRequiredService<IOptions<SiloOptions>>())
            ? new Nothing()
            : (IHostedService)ActivatorUtilities.CreateInstance(services, worker.ImplementationType!));
    }

    private static bool IsExecutor(Type type) => type.Name == "TaskExecutorGrain";

    private static bool IsPlatform(IOptions<SiloOptions> options) => options.Value.SiloName == "Primary";

    private sealed class Nothing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddPostgres(siloBuilder.Configuration, "silo");
            siloBuilder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            if (siloBuilder.Configuration[TasksKey] is { } tasks) siloBuilder.Services.AddTaskAssembly(Assembly.Load(tasks));
            siloBuilder.Services.AddTaskCatalog().AddTaskDeclarations();
            siloBuilder.Services.AddEventCatalog().AddEventDeclarations().AddEventHandlerDeclarations();
            siloBuilder.AddPlatform();
            if (siloBuilder.Configuration.GetValue<bool>(WorkersKey)) siloBuilder.AddTaskWorker();
            if (siloBuilder.Configuration.GetValue<bool>(ApartKey)) SetApart(siloBuilder);
        }
    }
}
