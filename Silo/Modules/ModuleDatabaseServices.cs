using Buildify.Databases;
using Buildify.Modules;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Silo.Modules;

/// <summary>Registers the modules' databases.</summary>
internal static class ModuleDatabaseServices
{
    /// <summary>Wants <c>AddPostgres</c>.</summary>
    public static void AddModuleDatabases(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ModuleDatabaseOptions>().Configure(options => ModuleDatabaseConfiguration.Read(configuration, options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModuleDatabaseOptions>, Validation>());
        services.AddSingleton<ModulePlaces>();
        services.AddSingleton<ModuleAccounts>();
        services.AddSingleton<ModulePools>();
        services.AddSingleton<ModuleDatabases>(provider => provider.GetRequiredService<ModulePools>());
        services.AddSingleton<IModuleTables, ModuleTables>();
        services.AddSingleton<ModuleDatabaseSetup>();
    }

    private sealed class Validation : IValidateOptions<ModuleDatabaseOptions>
    {
        public ValidateOptionsResult Validate(string? name, ModuleDatabaseOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
