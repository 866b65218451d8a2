namespace Buildify.Bench;

internal static class Heap
{
    /// <summary>What the managed heap holds after a full, compacting collection.</summary>
    public static long Bytes()
    {
        for (var pass = 0; pass < 3; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
