using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Buildify.Tasks;

/// <summary>Which partition of its queue a task goes to, and how a task's id says so.</summary>
public static class TaskPlacement
{
    private const int PartitionAt = 9;

    /// <summary>How many ids of one call can be told apart in order: 12 bits behind the version and 6 behind the variant.</summary>
    private const int MaxOrder = 1 << 18;

    /// <summary>
    /// The partition's number for tasks with an ordering key: the first 32 bits of SHA-256 over <c>tenant/key</c>, modulo the partitions, as
    /// the SQL function <c>task_partition_number</c> counts.
    /// </summary>
    /// <param name="partitions">How many the queue has; at least 1.</param>
    public static int Of(string tenant, string orderingKey, int partitions)
    {
        if (partitions == 1) return 0;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}/{orderingKey}"), hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)partitions);
    }

    /// <summary>The id of the partition (<see cref="TaskPartition.Id"/>) that a task's id names; bytes 9 and 10.</summary>
    public static int PartitionOf(Guid id)
    {
        Span<byte> raw = stackalloc byte[16];
        id.TryWriteBytes(raw, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt16BigEndian(raw[PartitionAt..]);
    }

    /// <summary>A new id: version 7 of RFC 9562 with the partition in bytes 9 and 10 and 40 random bits behind.</summary>
    /// <param name="partition">1 to 65,535.</param>
    /// <param name="order">
    /// The task's place among those that are written together, from 0 to 262,143: what was enqueued first sorts first (RFC 9562, 6.2, method 1).
    /// </param>
    public static Guid NewId(int partition, DateTimeOffset now, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partition, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(order, MaxOrder);

        Span<byte> raw = stackalloc byte[16];
        RandomNumberGenerator.Fill(raw[11..]);
        BinaryPrimitives.WriteInt64BigEndian(raw, now.ToUnixTimeMilliseconds() << 16);
        raw[6] = (byte)(0x70 | (order >> 14));
        raw[7] = (byte)(order >> 6);
        raw[8] = (byte)(0x80 | (order & 0x3f));
        BinaryPrimitives.WriteUInt16BigEndian(raw[PartitionAt..], (ushort)partition);
        return new Guid(raw, bigEndian: true);
    }
}
