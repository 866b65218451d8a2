using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Tasks;

/// <summary>Registers what a silo does for tasks beside its grains.</summary>
internal static class TaskServices
{
    /// <summary>Wants <c>AddPostgres</c> and the modules' databases; the services start in the order of registration.</summary>
    public static void AddTaskUpkeep(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TaskUpkeepOptions>().Configure(options => options.Read(configuration)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TaskUpkeepOptions>, Validation>());
        services.AddHostedService<TaskUpkeep>();
        services.AddHostedService<ScheduleClock>();
        services.AddSingleton<IOutbox, TaskOutbox>();
        services.AddHostedService<OutboxRelay>();
    }

    private sealed class Validation : IValidateOptions<TaskUpkeepOptions>
    {
        public ValidateOptionsResult Validate(string? name, TaskUpkeepOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
