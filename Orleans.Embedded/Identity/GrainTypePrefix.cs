namespace Orleans.Runtime;

/// <summary>What tells the platform's own callers from grains: a call from outside any grain comes from <c>sys.client/…</c>.</summary>
public static class GrainTypePrefix
{
    public const string SystemPrefix = "sys.";
    public const string ClientPrefix = SystemPrefix + "client";
    public const string SystemTargetPrefix = SystemPrefix + "svc.";

    public static readonly GrainType ClientGrainType = GrainType.Create(ClientPrefix);

    public static bool IsClient(this in GrainType type) => type.AsSpan().StartsWith("sys.client"u8);

    public static bool IsClient(this in GrainId id) => id.Type.IsClient();

    public static bool IsSystemTarget(this in GrainType type) => type.AsSpan().StartsWith("sys.svc."u8);

    public static bool IsSystemTarget(this in GrainId id) => id.Type.IsSystemTarget();
}
