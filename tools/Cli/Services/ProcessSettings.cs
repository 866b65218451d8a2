using System.Collections.Immutable;

namespace Buildify.Cli.Services;

/// <summary>The variables of a service's containers. What is secret has no value here: Compose refuses to start without it.</summary>
internal sealed class ProcessSettings(ImmutableArray<Service> services)
{
    /// <summary>The container that the platform's tables are in, where there is one of this name; else they are elsewhere.</summary>
    private const string Postgres = "postgres";

    /// <summary>Those of its type, and those of its entry in place of them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Of(Service service)
    {
        var own = service.IsProcess ? OfProcess(service) : [];
        return own.Where(pair => !service.Environment.ContainsKey(pair.Key)).Concat(service.Environment);
    }

    private List<KeyValuePair<string, string>> OfProcess(Service service)
    {
        var settings = new List<KeyValuePair<string, string>>();
        Add("ASPNETCORE_ENVIRONMENT", "${ENVIRONMENT:-Production}");
        Add("ASPNETCORE_URLS", $"http://+:{ServiceBuild.Port}");
        Add("DATABASE_URL", services.Any(s => s.Name == Postgres)
            ? $"postgresql://buildify:${{POSTGRES_PASSWORD:?set it in .env, of letters and digits}}@{Postgres}:5432/buildify"
            : "${DATABASE_URL:?set it in .env, as postgresql://user:password@host:5432/database}");
        Add("Postgres__Processes", $"${{POSTGRES_PROCESSES:-{services.Where(s => s.IsProcess).Sum(s => s.Replicas)}}}");
        if (service.Type == ServiceType.Silo)
        {
            Add("BUILDIFY_ADMIN_EMAIL", "${BUILDIFY_ADMIN_EMAIL:-admin@localhost}");
            Add("BUILDIFY_ADMIN_PASSWORD", "${BUILDIFY_ADMIN_PASSWORD:?set it in .env}");
        }
        if (service.Type != ServiceType.Gateway) Add("Cluster__Address", "auto");
        if (service.Modules is { } modules) Add("Modules__Only", string.Join(',', modules));
        return settings;

        void Add(string name, string value) => settings.Add(KeyValuePair.Create(name, value));
    }
}
