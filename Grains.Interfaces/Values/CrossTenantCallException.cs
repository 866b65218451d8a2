namespace Buildify;

/// <summary>A grain of one tenant called a grain of another one: a bug in the caller.</summary>
[GenerateSerializer, Alias("buildify.cross-tenant-call")]
public sealed class CrossTenantCallException : InvalidOperationException
{
    public CrossTenantCallException()
    {
    }

    public CrossTenantCallException(string message) : base(message)
    {
    }

    public CrossTenantCallException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
