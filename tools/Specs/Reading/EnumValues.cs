using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>The words of an enum.</summary>
internal static class EnumValues
{
    /// <summary>Those that can be members of a C# enum; the others are told.</summary>
    public static ImmutableArray<string> Read(ImmutableArray<SpecText> words, Problems problems)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        var values = ImmutableArray.CreateBuilder<string>(words.Length);
        foreach (var word in words)
        {
            if (!Names.IsWord(word.Value))
            {
                problems.Add(SpecErrors.BadName, word.Place,
                    $"'{word.Value}' is no value of an enum: 1 to {Names.MaxLength} letters, digits, '_' and '-', a letter first");
            }
            else if (!members.TryAdd(Names.Pascal(word.Value), word.Value))
            {
                problems.Add(SpecErrors.DuplicateName, word.Place,
                    $"'{word.Value}' would be {Names.Pascal(word.Value)} in C#, as '{members[Names.Pascal(word.Value)]}' is; keep one of them");
            }
            else
            {
                values.Add(word.Value);
            }
        }
        return values.DrainToImmutable();
    }
}
