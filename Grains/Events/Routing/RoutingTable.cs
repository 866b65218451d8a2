namespace Buildify.Events.Routing;

/// <summary>A subscription, as the router knows it.</summary>
internal sealed class Route(string subscription, EventPattern pattern, int priority, string? module)
{
    public string Subscription => subscription;

    public EventPattern Pattern => pattern;

    public int Priority => priority;

    /// <summary>Null for a web hook.</summary>
    public string? Module => module;

    /// <summary>Behind here, up to where the router is, no event matched that was not offered.</summary>
    public long Offered { get; set; }

    public bool IsSame(Route other) => (subscription, pattern.Text, priority) == (other.Subscription, other.Pattern.Text, other.Priority);
}

/// <summary>Which subscriptions an event type goes to. Each type is matched against the patterns once.</summary>
internal sealed class RoutingTable(IEnumerable<Route> routes)
{
    /// <summary>Types whose routes are remembered: more than there are contracts, and few enough for types that are made up.</summary>
    public const int MaxTypes = 4_096;

    private readonly Dictionary<string, Route[]> _ofType = new(StringComparer.Ordinal);

    /// <summary>The more urgent first.</summary>
    public IReadOnlyList<Route> All { get; } = [.. routes.OrderByDescending(route => route.Priority).ThenBy(route => route.Subscription, StringComparer.Ordinal)];

    /// <summary>Those that a type goes to, the more urgent first.</summary>
    public Route[] Find(string eventType)
    {
        if (_ofType.TryGetValue(eventType, out var found)) return found;
        if (_ofType.Count >= MaxTypes) _ofType.Clear();
        return _ofType[eventType] = [.. All.Where(route => route.Pattern.Matches(eventType))];
    }
}
