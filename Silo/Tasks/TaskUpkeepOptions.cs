using System.Globalization;

namespace Buildify.Silo.Tasks;

/// <summary>How long tasks that have ended are kept.</summary>
internal sealed record TaskUpkeepOptions
{
    /// <summary>Of tasks that retain everything, in days (<c>Tasks__KeepDays</c>); 1 to 365, by default 30.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>Of dead tasks, in days (<c>Tasks__DeadDays</c>); 1 to 3,650, by default 90.</summary>
    public int DeadDays { get; set; } = 90;

    public List<string> Errors { get; } = [];

    public void Read(IConfiguration configuration)
    {
        KeepDays = Number(configuration, "KeepDays", KeepDays, 365);
        DeadDays = Number(configuration, "DeadDays", DeadDays, 3_650);
    }

    private int Number(IConfiguration configuration, string key, int otherwise, int most)
    {
        if (configuration[$"Tasks:{key}"] is not { Length: > 0 } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
        Errors.Add($"Tasks__{key} is '{text}'; a whole number from 1 to {most.ToString(CultureInfo.InvariantCulture)} is right.");
        return otherwise;
    }
}
