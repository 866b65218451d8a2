namespace Orleans.Runtime;

/// <summary>Which activation's turn runs on this thread, if one does.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? _current;

    public static IGrainContext? Current
    {
        get => _current;
        set => _current = value;
    }
}
