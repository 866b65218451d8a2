using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

internal sealed class SiloBuilder : ISiloBuilder
{
    public SiloBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;

        services.AddOptions().AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<GrainTypeOptions>(types =>
        {
            types.Classes.UnionWith(ApplicationTypes.Classes);
            types.Interfaces.UnionWith(ApplicationTypes.Interfaces);
        });
        services.PostConfigure<SiloOptions>(silo => silo.SiloName ??= $"Silo_{Guid.NewGuid().ToString("N")[..5]}");
        services.AddSingleton<IValidateOptions<GrainCollectionOptions>, GrainCollectionOptionsValidator>();

        services.AddSingleton<Silo>(sp => new Silo(sp));
        services.AddSingleton<ILocalSiloDetails>(sp => sp.GetRequiredService<Silo>());
        services.AddSingleton<IGrainRuntime>(sp => sp.GetRequiredService<Silo>().GrainRuntime);
        services.AddSingleton(sp => sp.GetRequiredService<IGrainRuntime>().TimerRegistry);
        services.AddSingleton<IClusterClient>(sp => sp.GetRequiredService<Silo>().GrainFactory);
        services.AddSingleton<IGrainFactory>(sp => sp.GetRequiredService<Silo>().GrainFactory);
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.TryAddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.AddHostedService<SiloService>();
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }
}

internal sealed class ClientBuilder(IServiceCollection services, IConfiguration configuration) : IClientBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;
}

internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
