namespace Buildify.Silo.Postgres;

/// <summary>
/// A grain's key as Orleans' ADO.NET provider puts it into columns, so that both builds find one row: a GUID's halves in N0 and N1, an
/// integer in N1, anything else as text. It looks at the text alone, so a string key that reads as hexadecimal (<c>cafe</c>) becomes a
/// number: keys are prefixed for that reason.
/// </summary>
internal readonly record struct StorageKey(long N0, long N1, string? Text)
{
    public static StorageKey Of(GrainId grain)
    {
        if (grain.TryGetGuidKey(out var guid, out var extension))
        {
            Span<byte> bytes = stackalloc byte[16];
            guid.TryWriteBytes(bytes);
            return new(BitConverter.ToInt64(bytes), BitConverter.ToInt64(bytes[8..]), extension);
        }
        return grain.TryGetIntegerKey(out var number, out extension)
            ? new(0, number, extension)
            : new(0, 0, grain.Key.ToString());
    }
}
