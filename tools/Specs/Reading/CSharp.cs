using Buildify.Specs.Checking;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Names of what exists in C# already.</summary>
internal static class CSharp
{
    /// <summary>A type or method with its namespace; null, and told, where it is none.</summary>
    public static string? FullName(Fields fields, string key, Problems problems)
    {
        if (fields.Text(key) is not { } text) return null;
        if (Names.IsFullName(text.Value)) return text.Value;
        problems.Add(SpecErrors.BadName, text.Place,
            $"'{text.Value}' is no full name in C#; write it with its namespace, as Buildify.Companies.Company");
        return null;
    }
}
