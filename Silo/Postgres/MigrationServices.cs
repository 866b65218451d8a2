using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Silo.Postgres;

/// <summary>Registers the migrations a process applies when it starts.</summary>
public static class MigrationServices
{
    /// <summary>
    /// Applies every registered <see cref="MigrationSet"/> before any hosted service starts, the platform's first, then in the order of
    /// registration. Wants <c>AddPostgres</c> called before, whose start waits for the server.
    /// </summary>
    public static IServiceCollection AddMigrations(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Migrator)))
            return services;
        services.TryAddSingleton<Migrator>();
        services.Insert(0, ServiceDescriptor.Singleton(MigrationSet.Platform));
        services.Insert(1, ServiceDescriptor.Singleton(MigrationSet.Modules));
        services.AddHostedService<MigrationStart>();
        return services;
    }

    private sealed class MigrationStart(Migrator migrator, IEnumerable<MigrationSet> sets) : IHostedLifecycleService
    {
        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            foreach (var set in sets)
                await migrator.ApplyAsync(set, cancellationToken);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
