using Buildify.AppHost.Postgres;
using Buildify.Silo.Start;

namespace Buildify.AppHost;

/// <summary>What the host prints when it is ready: where it is, who runs it, and three calls that work as they stand.</summary>
internal static class Welcome
{
    public static void Print(WebApplication app, PrivatePostgres? postgres)
    {
        var address = app.Urls.FirstOrDefault() ?? "http://localhost:8080";
        var administrator = app.Services.GetRequiredService<BootstrapAdministrator>();
        var password = administrator.MadePassword ?? "$BUILDIFY_ADMIN_PASSWORD";
        var data = $$"""
            Buildify runs at {{address}}
              the contract     {{address}}/docs
              administrator    {{administrator.Email}}

            Try it:
              TOKEN=$(curl -s {{address}}/api/v1/auth/token -H 'Content-Type: application/json' \
                -d "{\"email\":\"{{administrator.Email}}\",\"password\":\"{{password}}\"}" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
              curl -sw '\n' {{address}}/api/v1/tenants -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
                -d '{"id":"acme","display_name":"Acme"}'
              curl -sw '\n' {{address}}/api/v1/companies -H "Authorization: Bearer $TOKEN" -H 'X-Tenant: acme' -H 'Content-Type: application/json' \
                -d '{"id":"berlin","display_name":"Acme Berlin"}'
            """;
        Console.WriteLine(data);
        if (postgres is not null) Console.WriteLine($"\nThe data, as people read it:\n  {postgres.PsqlCommand} -c 'SELECT * FROM tenants'");
    }
}
