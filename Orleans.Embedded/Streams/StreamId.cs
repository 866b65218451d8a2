using System.Text;

namespace Orleans.Runtime;

/// <summary>Which stream: a namespace and a key. An implicit subscriber of the namespace has the same key.</summary>
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>, ISpanFormattable
{
    private readonly IdSpan _fullKey;
    private readonly ushort _keyIndex;

    private StreamId(byte[] fullKey, int keyIndex)
    {
        _fullKey = new IdSpan(fullKey);
        _keyIndex = (ushort)keyIndex;
    }

    public ReadOnlyMemory<byte> FullKey => _fullKey.Value;

    public ReadOnlyMemory<byte> Namespace => FullKey[.._keyIndex];

    public ReadOnlyMemory<byte> Key => FullKey[_keyIndex..];

    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            throw new ArgumentNullException(nameof(key));
        }

        return new StreamId([.. ns, .. key], ns.Length);
    }

    public static StreamId Create(string? ns, Guid key) => Create(ns, key.ToString("N"));

    public static StreamId Create(string? ns, long key) => Create(ns, key.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static StreamId Create(string? ns, string key) => new(Encoding.UTF8.GetBytes(ns + key), Encoding.UTF8.GetByteCount(ns ?? ""));

    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    public string? GetNamespace() => _keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    public bool Equals(StreamId other) => _fullKey.Equals(other._fullKey) && _keyIndex == other._keyIndex;

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode() => _fullKey.GetHashCode();

    public int CompareTo(StreamId other) => _fullKey.CompareTo(other._fullKey);

    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{GetNamespace() ?? "null"}/{GetKeyAsString()}", out charsWritten);

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
}
