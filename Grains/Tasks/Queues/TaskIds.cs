using System.Buffers.Binary;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Makes the ids of one partition's tasks: version 7 (RFC 9562, 5.7 and 6.2, method 1) with a count inside the millisecond, so that they
/// grow, and the partition in bytes 9 and 10.
/// </summary>
internal sealed class TaskIds(int partition, TimeProvider time)
{
    private const int CountBits = 12;

    /// <summary>Milliseconds and the count, in one number that only grows.</summary>
    private long _last;

    public Guid Next()
    {
        _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds() << CountBits);
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id[8..], Random.Shared.NextInt64());
        BinaryPrimitives.WriteInt64BigEndian(id, (_last >> CountBits << 16) | 0x7000 | (_last & 0xFFF));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(id[9..], (ushort)partition);
        return new Guid(id, bigEndian: true);
    }
}
