using System.Security.Cryptography;
using System.Text;

namespace Buildify.Silo.Modules;

/// <summary>
/// A password as PostgreSQL stores it (RFC 5803; RFC 5802, 3), made here so that the password itself is in no statement, and in no
/// server's log of statements.
/// </summary>
internal static class ScramVerifier
{
    /// <summary>As PostgreSQL's own. The passwords are random: more would only make connecting slower.</summary>
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    /// <param name="password">ASCII, which needs no normalising.</param>
    public static string For(string password) => For(password, RandomNumberGenerator.GetBytes(SaltBytes));

    public static string For(string password, byte[] salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var stored = SHA256.HashData(Keyed("Client Key"));
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(Keyed("Server Key"))}";

        byte[] Keyed(string what) => HMACSHA256.HashData(salted, Encoding.ASCII.GetBytes(what));
    }
}
