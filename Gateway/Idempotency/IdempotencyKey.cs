using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Idempotency;

/// <summary>The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): 1 to 255 printable ASCII characters.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public static bool IsSent(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>The key; null where none is sent, or where it is refused.</summary>
    public static string? Read(HttpRequest request, out Problem? refusal)
    {
        refusal = null;
        if (!request.Headers.TryGetValue(Header, out var sent)) return null;
        if (sent is [{ Length: > 0 and <= MaxLength } key] && !key.AsSpan().ContainsAnyExceptInRange(' ', '~')) return key;

        refusal = Problem.OfField(Header, $"must be 1 to {MaxLength} printable ASCII characters, sent once");
        return null;
    }
}
