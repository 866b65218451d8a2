using Buildify.AppHost.Postgres;

namespace Buildify.AppHost;

/// <summary>The host's PostgreSQL: the one that the configuration names, or a private one.</summary>
public static class HostDatabase
{
    /// <summary>Starts a private server where no other is named, and puts it into the configuration. Null where one is named.</summary>
    public static async Task<PrivatePostgres?> Use(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (configuration.GetConnectionString("Postgres") is { Length: > 0 } || configuration["DATABASE_URL"] is { Length: > 0 }) return null;

        var options = new PrivatePostgresOptions { DataFolder = configuration["BUILDIFY_DATA"] is { Length: > 0 } folder ? folder : ".data" };
        var postgres = await PrivatePostgres.StartAsync(options, CancellationToken.None);
        configuration["ConnectionStrings:Postgres"] = postgres.ConnectionString;
        return postgres;
    }
}
