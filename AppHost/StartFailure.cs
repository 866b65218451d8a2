using Buildify.AppHost.Postgres;
using Buildify.Silo.Postgres;
using Microsoft.Extensions.Options;

namespace Buildify.AppHost;

/// <summary>Failures of a start that a person can mend: the message says how, and a stack trace would only hide it.</summary>
internal static class StartFailure
{
    /// <summary>Null where the error is not such a one.</summary>
    public static string? Explain(Exception error) => error switch
    {
        PrivatePostgresException or MigrationException => error.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{error.Message} Stop what listens there, or choose another address with ASPNETCORE_URLS.",
        _ => null,
    };
}
