namespace Orleans.Runtime;

/// <summary>
/// Named values that travel with a call and with the calls it makes. A callee sees the caller's values; what it sets itself the caller
/// does not see. The dictionary is never changed after it was published, so calls share it instead of copying it.
/// </summary>
public static class RequestContext
{
    private const string ReentrancyKey = "#CCR";
    private static readonly AsyncLocal<Dictionary<string, object>?> Current = new();

    internal static Dictionary<string, object>? Values
    {
        get => Current.Value;
        set
        {
            // An AsyncLocal costs a copy of the execution context even when it is set to what it was.
            if (!ReferenceEquals(Current.Value, value))
            {
                Current.Value = value;
            }
        }
    }

    public static IEnumerable<string> Keys => Values?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>Names the call chain whose calls may come back into the grains that allowed it; empty when there is none.</summary>
    public static Guid ReentrancyId
    {
        get => Values is { } values ? ReentrancyIdOf(values) : default;
        set
        {
            if (value == default)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    public static object? Get(string key) => Values is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value) =>
        Current.Value = Values is { } values ? new Dictionary<string, object>(values) { [key] = value } : new(1) { [key] = value };

    public static bool Remove(string key)
    {
        if (Values is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Current.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear() => Values = null;

    /// <summary>Until disposed, calls that this turn makes may come back into this grain while it awaits them. By default they may not.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var before = ReentrancyId;
        return new ReentrancySection(before, before == default ? Guid.NewGuid() : before);
    }

    /// <summary>Until disposed, calls that this turn makes may come back into no grain of the chain.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, default);

    internal static Guid ReentrancyIdOf(Dictionary<string, object> values) =>
        values.TryGetValue(ReentrancyKey, out var value) && value is Guid id ? id : default;

    /// <summary>A part of a turn with its own answer to whether calls may come back.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _before;
        private readonly Guid _within;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _before = originalReentrancyId;
            _within = newReentrancyId;
            if (_within != _before)
            {
                ReentrancyId = _within;
            }

            if (_within != default)
            {
                (RuntimeContext.Current as Activation)?.EnterReentrantSection(_within);
            }
        }

        public void Dispose()
        {
            if (_within != default)
            {
                (RuntimeContext.Current as Activation)?.LeaveReentrantSection(_within);
            }

            if (_within != _before)
            {
                ReentrancyId = _before;
            }
        }
    }
}
