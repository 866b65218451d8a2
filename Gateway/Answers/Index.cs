namespace Buildify.Gateway.Answers;

/// <summary>What <c>GET /</c> says until the web shell is there.</summary>
internal sealed record Index(string Name, string Docs, string Openapi, string Health)
{
    public static Index Here { get; } = new("Buildify", "/docs", "/openapi/v1.json", "/health");
}
