using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>Registers PostgreSQL for a process.</summary>
public static class PostgresServices
{
    /// <summary>
    /// One <see cref="NpgsqlDataSource"/> with a bounded pool for the whole process, and a start that waits for the server and refuses
    /// a budget of connections that the server cannot give. Called again in one process (all roles in one), it changes nothing.
    /// </summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">Holds <c>ConnectionStrings:Postgres</c> or <c>DATABASE_URL</c>, and <c>Postgres:*</c>.</param>
    /// <param name="role">What the process is, as <c>pg_stat_activity</c> will show it: <c>silo</c>, <c>worker</c>, <c>gateway</c>.</param>
    public static IServiceCollection AddPostgres(this IServiceCollection services, IConfiguration configuration, string role)
    {
        if (services.Any(service => service.ServiceType == typeof(NpgsqlDataSource)))
            return services;

        services.AddOptions<PostgresOptions>()
            .Configure(options => PostgresConfiguration.Read(configuration, role, options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PostgresOptions>, Validation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PostgresOptions>>().Value;
            // Metrics are labelled with the name; without one, with the whole connection string.
            var builder = new NpgsqlDataSourceBuilder(options.ConnectionString) { Name = "buildify" };
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return builder.Build();
        });
        services.AddHostedService<PostgresStart>();
        return services;
    }

    private sealed class Validation : IValidateOptions<PostgresOptions>
    {
        public ValidateOptionsResult Validate(string? name, PostgresOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
