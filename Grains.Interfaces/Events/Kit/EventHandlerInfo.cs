using System.Reflection;
using System.Text.Json;

namespace Buildify.Events;

/// <summary>One subscription of a module's handler.</summary>
/// <param name="Name">As <c>financial.open-accounts</c>.</param>
/// <param name="Module">Whose it is.</param>
/// <param name="Class">Made anew for each batch.</param>
/// <param name="Record">The contract that it handles; null where it takes events of any type.</param>
public sealed record EventHandlerInfo(string Name, string Module, Type Class, Type? Record, EventPattern Pattern, SubscribeAttribute About)
{
    public const int MaxNameLength = 100;

    public int Priority => About.Priority;

    public int MaxAttempts => About.MaxAttempts;

    public bool StopsOnFailure => About.StopsOnFailure;

    public TimeSpan Timeout => TimeSpan.FromSeconds(About.TimeoutSeconds);

    /// <summary>How the class is called.</summary>
    internal HandlerCall Call { get; } = Record is null ? new AnyCall() : (HandlerCall)Activator.CreateInstance(typeof(TypedCall<>).MakeGenericType(Record))!;

    /// <summary>What one attribute of a class says.</summary>
    /// <param name="module">Null in an assembly that is no module's: then the attribute names it, before the first dot.</param>
    internal static EventHandlerInfo Of(Type type, SubscribeAttribute about, string? module)
    {
        var record = RecordOf(type);
        var own = about.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name);
        if (module is null && !own.Contains('.', StringComparison.Ordinal))
        {
            throw Wrong(type, $"is in no module's assembly, so that its Name must say whose it is, as 'financial.{own}'");
        }
        var name = module is null ? own : $"{module}.{own}";
        if (!EventRules.IsType(name) || name.Length > MaxNameLength || (module is not null && own.Contains('.', StringComparison.Ordinal)))
        {
            throw Wrong(type, $"has the name '{own}': one word of a-z, 0-9, _ and - is needed, {MaxNameLength} characters at most with the module's name");
        }
        if (about.Priority is < 0 or > 9) throw Wrong(type, $"has priority {about.Priority}, not 0 to 9");
        if (about.MaxAttempts is < 1 or > 100) throw Wrong(type, $"has MaxAttempts {about.MaxAttempts}, not 1 to 100");
        if (about.TimeoutSeconds is < 1 or > 600) throw Wrong(type, $"has TimeoutSeconds {about.TimeoutSeconds}, not 1 to 600");
        return new EventHandlerInfo(name, name[..name.IndexOf('.', StringComparison.Ordinal)], type, record, PatternOf(type, record, about), about);
    }

    private static EventPattern PatternOf(Type type, Type? record, SubscribeAttribute about)
    {
        var handled = record is null ? null : record.GetCustomAttribute<EventTypeAttribute>()?.Name
            ?? throw Wrong(type, $"handles {record.FullName}, which has no [EventType]");
        if (handled is not null && about.Pattern is not null && about.Pattern != handled)
        {
            throw Wrong(type, $"handles '{handled}' alone, and its pattern is '{about.Pattern}'; leave it out, or implement IEventHandler for events of any type");
        }
        var text = about.Pattern ?? handled ?? throw Wrong(type, "takes events of any type: say which, as [Subscribe(\"financial.invoice.*\")]");
        return EventPattern.TryParse(text, out var pattern) is { } wrong ? throw Wrong(type, $"has the pattern '{text}', which {wrong}") : pattern!;
    }

    private static Type? RecordOf(Type type)
    {
        var typed = type.GetInterfaces().Where(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEventHandler<>)).ToList();
        var isAny = typeof(IEventHandler).IsAssignableFrom(type);
        if (typed.Count + (isAny ? 1 : 0) != 1)
        {
            throw Wrong(type, typed.Count == 0 ? "implements neither IEventHandler<T> nor IEventHandler" : "implements several of IEventHandler<T> and IEventHandler; a class is for one");
        }
        return isAny ? null : typed[0].GetGenericArguments()[0];
    }

    private static InvalidOperationException Wrong(Type type, string what) => new($"The event handler {type.FullName} {what}.");
}
