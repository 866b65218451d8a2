namespace Buildify.Modules;

/// <summary>Where a backend of its own is reached.</summary>
internal static class BackendAddress
{
    private const int MaxLength = 500;

    /// <summary>What is wrong with it; null where all is well. Requests keep their own path and query, so it brings no query of its own.</summary>
    public static string? Check(string address) => address.Length <= MaxLength && IsAddress(address)
        ? null
        : $"must be an http or https address of at most {MaxLength} characters without user, query and fragment, as http://warehouse:8002";

    private static bool IsAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 };
}
