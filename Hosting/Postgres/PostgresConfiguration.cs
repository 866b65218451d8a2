using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>Reads <see cref="PostgresOptions"/> from the configuration and collects every error instead of stopping at the first.</summary>
internal static class PostgresConfiguration
{
    /// <summary>Connecting is quick or the server is away: a request should hear so while its caller still waits.</summary>
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 30;

    /// <summary>
    /// Statements a connection keeps prepared after their second use. The platform's own texts are few; the bound is for the modules'.
    /// </summary>
    private const int PreparedStatements = 100;

    public static void Read(IConfiguration configuration, string role, PostgresOptions options)
    {
        options.MaxPoolSize = Number(configuration, "MaxPoolSize", options.MaxPoolSize, 1, 1_000, options.Errors);
        options.Processes = Number(configuration, "Processes", options.Processes, 1, 10_000, options.Errors);
        options.StartSeconds = Number(configuration, "StartSeconds", options.StartSeconds, 0, 3_600, options.Errors);

        if (Parse(configuration, options.Errors) is not { } builder)
            return;
        if (string.IsNullOrEmpty(builder.Host))
            options.Errors.Add("The PostgreSQL connection string names no host.");

        var poolIsSet = configuration["Postgres:MaxPoolSize"] is not null;
        if (poolIsSet || !builder.ShouldSerialize("Maximum Pool Size"))
            builder.MaxPoolSize = options.MaxPoolSize;
        else
            options.MaxPoolSize = builder.MaxPoolSize;
        if (builder.MinPoolSize > builder.MaxPoolSize)
            options.Errors.Add($"Minimum Pool Size is {builder.MinPoolSize}, more than the {builder.MaxPoolSize} of Postgres__MaxPoolSize.");

        FillIn(builder, $"buildify-{role}");
        options.ConnectionString = builder.ConnectionString;
    }

    /// <summary>Sets what the string itself does not.</summary>
    public static void FillIn(NpgsqlConnectionStringBuilder builder, string application)
    {
        if (!builder.ShouldSerialize("Timeout"))
            builder.Timeout = ConnectSeconds;
        if (!builder.ShouldSerialize("Command Timeout"))
            builder.CommandTimeout = CommandSeconds;
        if (!builder.ShouldSerialize("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = PreparedStatements;
            builder.AutoPrepareMinUsages = 2;
        }
        if (!builder.ShouldSerialize("GSS Encryption Mode"))
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        if (!builder.ShouldSerialize("Application Name"))
            builder.ApplicationName = application;
    }

    private static NpgsqlConnectionStringBuilder? Parse(IConfiguration configuration, List<string> errors)
    {
        var (name, value) = configuration.GetConnectionString("Postgres") is { Length: > 0 } own
            ? ("ConnectionStrings__Postgres", own)
            : ("DATABASE_URL", configuration["DATABASE_URL"]);
        if (string.IsNullOrWhiteSpace(value))
        {
            errors.Add("No PostgreSQL is named: set ConnectionStrings__Postgres (Host=…;Username=…;Password=…;Database=…) or "
                + "DATABASE_URL (postgresql://user:password@host:5432/database).");
            return null;
        }
        return Parse(name, value, errors);
    }

    /// <summary>A connection string or URL; null where it is neither, with the reason among the errors.</summary>
    /// <param name="name">The setting's.</param>
    public static NpgsqlConnectionStringBuilder? Parse(string name, string value, List<string> errors)
    {
        if (PostgresUrl.Looks(value))
            return PostgresUrl.Parse(name, value, errors);
        try
        {
            return new NpgsqlConnectionStringBuilder(value);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Npgsql names the keyword, and for a bad value no more than the keyword: the password stays out of the message.
            errors.Add($"{name}: {error.Message}");
            return null;
        }
    }

    private static int Number(IConfiguration configuration, string key, int otherwise, int least, int most, List<string> errors)
    {
        if (configuration[$"Postgres:{key}"] is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        errors.Add($"Postgres__{key} is '{text}': a whole number from {least} to {most} is needed, such as {otherwise}.");
        return otherwise;
    }
}
