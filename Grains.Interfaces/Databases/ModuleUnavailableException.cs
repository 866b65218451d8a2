namespace Buildify.Databases;

/// <summary>A module's tables cannot be used now; the message says why, for an operator.</summary>
[GenerateSerializer, Alias("buildify.module-unavailable")]
public sealed class ModuleUnavailableException : InvalidOperationException
{
    public ModuleUnavailableException()
    {
    }

    public ModuleUnavailableException(string message) : base(message)
    {
    }

    public ModuleUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
