using System.Security.Cryptography;
using System.Text;

namespace Buildify.Gateway.Idempotency;

/// <summary>What a request asks for, as SHA-256 over method, path and the body's bytes: two bodies that differ in a space differ.</summary>
internal static class Fingerprint
{
    public static string Of(string method, string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // A line end can stand in neither, so no two requests run together.
        hash.AppendData(Encoding.UTF8.GetBytes($"{method}\n{path}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
