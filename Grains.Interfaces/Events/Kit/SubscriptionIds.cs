using System.Buffers;
using System.Security.Cryptography;

namespace Buildify.Events;

/// <summary>Ids of web hooks: <c>sub_</c> and 26 characters.</summary>
public static class SubscriptionIds
{
    public const string Prefix = "sub_";

    /// <summary>Crockford's base 32, in lower case.</summary>
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int Length = 26;

    private static readonly SearchValues<char> Known = SearchValues.Create(Letters);

    /// <summary>Not to be guessed: 130 bits of chance.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetString(Letters, Length);

    public static bool IsId(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length == Prefix.Length + Length && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Known);
}
