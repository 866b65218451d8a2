using System.Security.Cryptography;
using System.Text;

namespace Buildify.Events.WebHooks;

/// <summary>What a web hook's secrets sign (Standard Webhooks 1.0.0, "Signature scheme").</summary>
internal static class WebHookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The specification allows 24 to 64.</summary>
    private const int MaxBytes = 64;

    /// <summary>The header <c>webhook-signature</c>: one signature for each secret, in their order.</summary>
    /// <param name="signed"><c>id.timestamp.body</c>.</param>
    public static string Sign(IReadOnlyList<string> secrets, ReadOnlySpan<byte> signed)
    {
        if (secrets is [var only]) return Sign(only, signed);
        var header = new StringBuilder();
        foreach (var secret in secrets) header.Append(header.Length == 0 ? "" : " ").Append(Sign(secret, signed));
        return header.ToString();
    }

    private static string Sign(string secret, ReadOnlySpan<byte> signed)
    {
        Span<byte> key = stackalloc byte[MaxBytes];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64Chars(secret.AsSpan(Prefix.Length), key, out var length))
        {
            throw new FormatException("A web hook's secret is whsec_ and up to 64 bytes in base64.");
        }
        HMACSHA256.HashData(key[..length], signed, hash);
        return string.Concat("v1,", Convert.ToBase64String(hash));
    }
}
