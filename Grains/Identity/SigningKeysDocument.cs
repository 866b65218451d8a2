using System.Collections.Immutable;
using Buildify.Storage;

namespace Buildify.Identity;

/// <summary>State <c>signing_keys</c>.</summary>
internal sealed record SigningKeysDocument : Document
{
    /// <summary>The first one signs; the others are known for as long as a token that they signed can be good.</summary>
    public ImmutableArray<SigningKeyDocument> Keys { get; init; } = [];
}

/// <param name="Id">In a token's header as <c>kid</c>.</param>
/// <param name="PrivateKey">PKCS #8 in base64, of the curve P-256.</param>
internal sealed record SigningKeyDocument(string Id, string PrivateKey, DateTimeOffset CreatedAt);
