using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads what events an operation is called by: dotted words, <c>*</c> for one of them, <c>**</c> for any number.</summary>
internal static class EventPatterns
{
    /// <summary>The patterns, own events with their full names; what is none, or names an own event that is not declared, is told.</summary>
    public static ImmutableArray<string> Read(ImmutableArray<SpecText> texts, ModuleScope scope)
    {
        var patterns = ImmutableArray.CreateBuilder<string>(texts.Length);
        foreach (var text in texts)
        {
            if (Read(text, scope) is { } pattern) patterns.Add(pattern);
        }
        return patterns.DrainToImmutable();
    }

    /// <summary>The module's own event of this name, full or short; null, and told, where there is none.</summary>
    public static EventSpec? Own(SpecText text, ModuleScope scope)
    {
        var name = scope.FullName(text.Value);
        if (scope.Events.FirstOrDefault(e => e.Name == name) is { } found) return found;
        scope.Problems.Add(SpecErrors.UnknownEvent, text.Place, $"module '{scope.Name}' has no event '{text.Value}'; {Hint(name, scope)}");
        return null;
    }

    private static string? Read(SpecText text, ModuleScope scope)
    {
        if (!text.Value.Split('.').All(word => word is "*" or "**" || (Names.IsDotted(word))))
        {
            scope.Problems.Add(SpecErrors.BadPattern, text.Place,
                $"'{text.Value}' is no pattern of events: words with dots between them, '*' for one, '**' for any number, as financial.invoice.*");
            return null;
        }
        var full = scope.FullName(text.Value);
        if (scope.Events.Any(e => e.Name == full)) return full;
        if (text.Value.StartsWith(scope.Name + ".", StringComparison.Ordinal) && !scope.Events.Any(e => Matches(text.Value.Split('.'), e.Name.Split('.'))))
        {
            scope.Problems.Add(SpecErrors.UnknownEvent, text.Place, $"module '{scope.Name}' has no event '{text.Value}'; {Hint(text.Value, scope)}");
        }
        return text.Value;
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> name)
    {
        if (pattern.IsEmpty) return name.IsEmpty;
        if (pattern[0] == "**") return Matches(pattern[1..], name) || (!name.IsEmpty && Matches(pattern, name[1..]));
        return !name.IsEmpty && (pattern[0] == "*" || pattern[0] == name[0]) && Matches(pattern[1..], name[1..]);
    }

    private static string Hint(string name, ModuleScope scope) =>
        scope.Events.IsEmpty ? "it declares none; add it to spec/events.yaml" : Nearest.Hint(name, scope.Events.Select(e => e.Name));
}
