namespace Orleans.Runtime;

/// <summary>
/// Names a grain and can call it. References made for an interface are classes of their own (<see cref="ProxyFactory"/>); this one, made
/// for none, must be cast before it is called.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>, ISpanFormattable
{
    private readonly GrainId _grainId;

    internal GrainReference(CallOrigin origin, GrainId grainId, GrainInterfaceType interfaceType = default)
    {
        Origin = origin;
        _grainId = grainId;
        InterfaceType = interfaceType;
    }

    /// <summary>Who sends the calls that come from outside any grain: the client or silo that made the reference.</summary>
    internal CallOrigin Origin { get; }

    public GrainId GrainId => _grainId;

    public GrainInterfaceType InterfaceType { get; }

    public virtual string InterfaceName => InterfaceType.ToString();

    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)CastTo(typeof(TGrainInterface));

    internal object CastTo(Type type) => type.IsInstanceOfType(this) ? this : ProxyFactory.Create(type, Origin, GrainId);

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceType}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"GrainReference:{GrainId}:{InterfaceType}", out charsWritten);

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);
}
