using System.Globalization;

namespace Buildify.Bench;

/// <summary>What to measure, and how long.</summary>
/// <param name="Filter">A figure is measured if its name starts with this; empty: all of them.</param>
/// <param name="Quick">Whether it is only to be seen that everything runs. The numbers mean nothing then.</param>
/// <param name="All">Whether what takes very long is measured too.</param>
/// <param name="Counts">How many tasks are drained, for each a figure; empty for the usual ones.</param>
internal sealed record BenchOptions(string Filter, bool Quick, bool All, int[] Counts)
{
    private const string CountsOption = "--tasks=";

    /// <summary>How many modules are built; a build of 200 takes as long as all other figures together.</summary>
    public int[] BuiltModules => Quick ? [2] : All ? [5, 50, 200] : [5, 50];

    /// <summary>How many tasks are drained; the million takes as long as everything else about tasks.</summary>
    public int[] DrainedTasks => Counts is [_, ..] ? Counts : Quick ? [2_000] : All ? [10_000, 100_000, 1_000_000] : [10_000, 100_000];

    public int Runs => Quick ? 1 : 5;

    /// <summary>Of a figure about tasks whose run takes long.</summary>
    public int TaskRuns => Quick ? 1 : 3;

    /// <summary>One run of a figure that is a rate.</summary>
    public TimeSpan Length => Quick ? TimeSpan.FromSeconds(0.5) : TimeSpan.FromSeconds(3);

    /// <summary>Before each such run, for the caches and the just-in-time compiler.</summary>
    public TimeSpan Warmup => Quick ? TimeSpan.FromSeconds(0.2) : TimeSpan.FromSeconds(1);

    /// <param name="figure">A name, or with a dot at its end the beginning of several: then whether any of them is wanted.</param>
    public bool Wants(string figure) =>
        figure.StartsWith(Filter, StringComparison.Ordinal) || (figure.EndsWith('.') && Filter.StartsWith(figure, StringComparison.Ordinal));

    /// <summary>Null where the arguments are not understood.</summary>
    public static BenchOptions? Read(string[] args)
    {
        var names = args.Where(arg => !arg.StartsWith('-')).ToArray();
        var counts = args.FirstOrDefault(arg => arg.StartsWith(CountsOption, StringComparison.Ordinal));
        var unknown = args.Except(names).Any(arg => arg is not ("--quick" or "--all") && arg != counts);
        var known = ReadCounts(counts?[CountsOption.Length..]);
        return unknown || names.Length > 1 || known is null
            ? null
            : new(names.FirstOrDefault() ?? "", args.Contains("--quick"), args.Contains("--all"), known);
    }

    /// <summary>Says how it is run; returns the exit code.</summary>
    public static int Refuse()
    {
        Console.Error.WriteLine("dotnet run -c Release --project bench [-- [--quick] [--all] [--tasks=10000,100000] [how a figure's name starts]]");
        return 2;
    }

    // Null where one of them is no number of tasks.
    private static int[]? ReadCounts(string? text)
    {
        var counts = text?.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0).ToArray() ?? [];
        return counts.All(count => count > 0) ? counts : null;
    }
}
