namespace System.Runtime.CompilerServices;

/// <summary>The runtime looks for this name on an assembly (dotnet/runtime, docs/design/features/ignores-access-checks-to). The
/// framework declares no public type of the name, so whoever uses it declares it.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
