using System.Security.Cryptography;
using Buildify.Identity;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Start;

/// <summary>
/// On an empty database makes the first administrator of the platform, so that there is somebody who can make tenants. Without
/// <c>BUILDIFY_ADMIN_PASSWORD</c> a password is made, and printed once.
/// </summary>
public sealed class BootstrapAdministrator(IGrainFactory grains, NpgsqlDataSource database, IConfiguration configuration) : IHostedService
{
    /// <summary><c>BUILDIFY_ADMIN_EMAIL</c>.</summary>
    public string Email { get; } = EmailAddress.Normalize(configuration["BUILDIFY_ADMIN_EMAIL"] is { Length: > 0 } email ? email : "admin@localhost");

    /// <summary>The password where this start made one; else null.</summary>
    public string? MadePassword { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM grain_state WHERE service_id = 'buildify' AND kind = 'user')")) return;

        var given = configuration["BUILDIFY_ADMIN_PASSWORD"] is { Length: > 0 } text ? text : null;
        var password = given ?? MakePassword();

        // Of several silos that start on an empty database one makes the user; the others' passwords are forgotten.
        if (!await grains.GetGrain<IUserGrain>(GrainKeys.User(Email)).Bootstrap(password) || given is not null) return;
        MadePassword = password;
        Console.WriteLine($"The platform's administrator is {Email}, the password {password} (made now, shown this once).");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // 120 bits, in letters that no shell and no URL treats specially.
    private static string MakePassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 20);
}
