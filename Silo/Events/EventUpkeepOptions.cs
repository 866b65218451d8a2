using System.Globalization;

namespace Buildify.Silo.Events;

/// <summary>How long the log and what belongs to it are kept.</summary>
internal sealed record EventUpkeepOptions
{
    /// <summary>Of events whose type says nothing else, in days (<c>Events__KeepDays</c>); 1 to 3,650, by default 30.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>
    /// How long a day is kept for subscriptions that have not got it, in days (<c>Events__MaxKeepDays</c>); from <see cref="KeepDays"/> to 3,650,
    /// by default 90, or <see cref="KeepDays"/> where that is more.
    /// </summary>
    public int MaxKeepDays { get; set; } = 90;

    /// <summary>Of dead letters, in days (<c>Events__DeadDays</c>); 1 to 3,650, by default 90.</summary>
    public int DeadDays { get; set; } = 90;

    /// <summary>Of web hooks' deliveries, in days (<c>Events__AttemptDays</c>); 1 to 365, by default 7.</summary>
    public int AttemptDays { get; set; } = 7;

    public List<string> Errors { get; } = [];

    public void Read(IConfiguration configuration)
    {
        KeepDays = Number(configuration, "KeepDays", KeepDays, 1, 3_650);
        MaxKeepDays = Number(configuration, "MaxKeepDays", Math.Max(MaxKeepDays, KeepDays), KeepDays, 3_650);
        DeadDays = Number(configuration, "DeadDays", DeadDays, 1, 3_650);
        AttemptDays = Number(configuration, "AttemptDays", AttemptDays, 1, 365);
    }

    private int Number(IConfiguration configuration, string key, int otherwise, int least, int most)
    {
        if (configuration[$"Events:{key}"] is not { Length: > 0 } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Errors.Add(string.Create(CultureInfo.InvariantCulture, $"Events__{key} is '{text}'; a whole number from {least} to {most} is right."));
        return otherwise;
    }
}
