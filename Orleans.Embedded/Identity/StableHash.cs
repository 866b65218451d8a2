using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.Runtime;

/// <summary>
/// xxHash32 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): a hash that is the same in every process and on Orleans, so
/// that whoever spreads keys by <see cref="GrainId.GetUniformHashCode"/> spreads them alike on both runtimes.
/// </summary>
internal static class StableHash
{
    private const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var length = (uint)data.Length;
            uint hash = P5;
            if (data.Length >= 16)
            {
                uint a = P1 + P2, b = P2, c = 0, d = 0 - P1;
                for (; data.Length >= 16; data = data[16..])
                {
                    a = Lane(a, data);
                    b = Lane(b, data[4..]);
                    c = Lane(c, data[8..]);
                    d = Lane(d, data[12..]);
                }

                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
                    + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            }

            hash += length;
            for (; data.Length >= 4; data = data[4..])
            {
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * P3), 17) * P4;
            }

            foreach (var one in data)
            {
                hash = BitOperations.RotateLeft(hash + (one * P5), 11) * P1;
            }

            hash = (hash ^ (hash >> 15)) * P2;
            hash = (hash ^ (hash >> 13)) * P3;

            // Orleans reads the digest, whose canonical form is big-endian, as little-endian.
            return BinaryPrimitives.ReverseEndianness(hash ^ (hash >> 16));
        }
    }

    private static uint Lane(uint lane, ReadOnlySpan<byte> data) =>
        unchecked(BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * P2), 13) * P1);
}
