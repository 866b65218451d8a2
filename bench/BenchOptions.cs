namespace Buildify.Bench;

/// <summary>What to measure, and how long.</summary>
/// <param name="Filter">A figure is measured if its name starts with this; empty: all of them.</param>
/// <param name="Quick">Whether it is only to be seen that everything runs. The numbers mean nothing then.</param>
/// <param name="All">Whether what takes very long is measured too.</param>
internal sealed record BenchOptions(string Filter, bool Quick, bool All)
{
    /// <summary>How many modules are built; a build of 200 takes as long as all other figures together.</summary>
    public int[] BuiltModules => Quick ? [2] : All ? [5, 50, 200] : [5, 50];


    public int Runs => Quick ? 1 : 5;

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
        var unknown = args.Except(names).Any(arg => arg is not ("--quick" or "--all"));
        return unknown || names.Length > 1 ? null : new(names.FirstOrDefault() ?? "", args.Contains("--quick"), args.Contains("--all"));
    }

    /// <summary>Says how it is run; returns the exit code.</summary>
    public static int Refuse()
    {
        Console.Error.WriteLine("dotnet run -c Release --project bench [-- [--quick] [--all] [how a figure's name starts]]");
        return 2;
    }
}
