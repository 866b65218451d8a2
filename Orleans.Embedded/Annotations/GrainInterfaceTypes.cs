using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>The name of a grain interface, when it shall not be its name in .NET.</summary>
    [AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
    public sealed class GrainInterfaceTypeAttribute(string value) : Attribute
    {
        private readonly GrainInterfaceType _value = GrainInterfaceType.Create(value);

        public GrainInterfaceType GetGrainInterfaceType(IServiceProvider services, Type type) => _value;
    }
}

namespace Orleans.Metadata
{
    /// <summary>Which class serves an interface that several do: its grain type.</summary>
    [AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
    public sealed class DefaultGrainTypeAttribute(string grainType) : Attribute
    {
        internal GrainType GrainType { get; } = GrainType.Create(grainType);
    }
}
