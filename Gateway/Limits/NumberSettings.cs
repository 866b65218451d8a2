using System.Globalization;

namespace Buildify.Gateway.Limits;

/// <summary>Reads a section in which every setting is a whole number with bounds, and tells all that is wrong with it.</summary>
internal static class NumberSettings
{
    public static void Read(
        IConfiguration configuration, string section, List<string> errors, Dictionary<string, (int Least, int Most, Action<int> Set)> settings)
    {
        var known = new Dictionary<string, (int Least, int Most, Action<int> Set)>(settings, StringComparer.OrdinalIgnoreCase);
        foreach (var setting in configuration.GetSection(section).GetChildren())
        {
            if (!known.TryGetValue(setting.Key, out var bounds))
            {
                errors.Add($"{section}__{setting.Key} is no setting; {Nearest.Hint(setting.Key, known.Keys)}");
            }
            else if (!int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value < bounds.Least || value > bounds.Most)
            {
                errors.Add($"{section}__{setting.Key} is '{setting.Value}'; it must be a whole number from {bounds.Least} to {bounds.Most}.");
            }
            else
            {
                bounds.Set(value);
            }
        }
    }
}
