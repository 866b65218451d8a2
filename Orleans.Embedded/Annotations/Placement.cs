using Orleans.Placement;

namespace Orleans.Placement
{
    /// <summary>
    /// Where a new activation goes. Here a grain goes to the caller's silo if that has its class, and else to the emptiest one that has,
    /// whatever is asked for: every silo of one process is as near as every other.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public abstract class PlacementAttribute : Attribute
    {
        private protected PlacementAttribute()
        {
        }
    }

    /// <summary>On Orleans: any silo.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class RandomPlacementAttribute : PlacementAttribute;

    /// <summary>On Orleans: the silo that the key's hash names.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class HashBasedPlacementAttribute : PlacementAttribute;

    /// <summary>On Orleans: the caller's silo if it has the class.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class PreferLocalPlacementAttribute : PlacementAttribute;

    /// <summary>On Orleans: the silo with the fewest activations of a few that were drawn.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ActivationCountBasedPlacementAttribute : PlacementAttribute;

    /// <summary>On Orleans: the silo with the most memory and processor to spare.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ResourceOptimizedPlacementAttribute : PlacementAttribute;
}

namespace Orleans.Concurrency
{
    /// <summary>
    /// As many activations of one key on each silo as there is work for, up to <c>maxLocalWorkers</c>; by default and at 0 or less, one
    /// per processor. A call goes to the caller's silo.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : PlacementAttribute
    {
        public StatelessWorkerAttribute()
            : this(-1)
        {
        }

        public StatelessWorkerAttribute(int maxLocalWorkers)
            : this(maxLocalWorkers, true)
        {
        }

        public StatelessWorkerAttribute(int maxLocalWorkers, bool removeIdleWorkers)
        {
            MaxLocalWorkers = maxLocalWorkers > 0 ? maxLocalWorkers : Environment.ProcessorCount;
            RemoveIdleWorkers = removeIdleWorkers;
        }

        internal int MaxLocalWorkers { get; }

        internal bool RemoveIdleWorkers { get; }
    }
}
