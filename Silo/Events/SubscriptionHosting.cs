using Buildify.Events.Subscriptions;
using Buildify.Hosting.Events;
using Buildify.Hosting.Postgres;
using Buildify.Silo.Tasks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>What subscriptions to events want of a silo.</summary>
internal static class SubscriptionHosting
{
    /// <summary>Connections of one process for its subscriptions, however many there are: each of them is used for a moment.</summary>
    private const int Connections = 8;

    /// <summary>For the grains: a test's silo has them too. Wants <c>AddPostgres</c>.</summary>
    public static void AddSubscriptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SubscriptionOptions>().Configure(options => Read(configuration, options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SubscriptionOptions>, Validation>());
        services.AddSubscriptionGrains();
        services.AddEventHandlers();
        services.TryAddKeyedSingleton(SubscriptionStore.Pool, (provider, _) =>
        {
            var keywords = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString)
            {
                MaxPoolSize = Connections,
                MinPoolSize = 0,
                NoResetOnClose = true,
                MaxAutoPrepare = 50,
                AutoPrepareMinUsages = 2,
            };
            // As for tasks: every statement goes along an index, and tables that grow by the minute have no statistics to say so.
            keywords.Options = string.IsNullOrEmpty(keywords.Options) ? TaskQueueServices.Fences : $"{keywords.Options} {TaskQueueServices.Fences}";
            keywords.ApplicationName += "-subscriptions";
            var builder = new NpgsqlDataSourceBuilder(keywords.ConnectionString) { Name = "buildify-subscriptions" };
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return builder.Build();
        });
    }

    /// <summary>For a silo that runs by itself: what nobody asks for.</summary>
    public static void AddSubscriptionUpkeep(this IServiceCollection services) => services.AddHostedService<SubscriptionSweep>();

    private static void Read(IConfiguration configuration, SubscriptionOptions options)
    {
        if (configuration["Events:ReplayPerSecond"] is not { } text) return;
        if (int.TryParse(text, out var number) && number is >= 1 and <= SubscriptionOptions.MaxReplayPerSecond) options.ReplayPerSecond = number;
        else options.Errors.Add($"Events__ReplayPerSecond is '{text}': a whole number from 1 to {SubscriptionOptions.MaxReplayPerSecond} is needed, such as 5000.");
    }

    private sealed class Validation : IValidateOptions<SubscriptionOptions>
    {
        public ValidateOptionsResult Validate(string? name, SubscriptionOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
