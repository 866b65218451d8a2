namespace Buildify.Gateway.Bodies;

/// <summary>How a place in a body is named: <c>configuration.rates[2].name</c>.</summary>
internal static class JsonPath
{
    private const int MaxName = 100;

    public static string Join(string path, string name) => path.Length == 0 ? Shorten(name) : $"{path}.{Shorten(name)}";

    /// <summary>A name that a caller made up is not handed back at any length.</summary>
    public static string Shorten(string name) => name.Length <= MaxName ? name : string.Concat(name.AsSpan(0, MaxName), "…");
}
