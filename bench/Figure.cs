namespace Buildify.Bench;

/// <summary>One measured figure beside the same of a reference, from runs that took turns.</summary>
/// <param name="Name">As the filter takes it.</param>
/// <param name="Unit">Of every number in it.</param>
/// <param name="Done">What was done: by how many, with what, from where.</param>
internal sealed record Figure(string Name, string Unit, double[] Runs, string Reference, double[] ReferenceRuns, string Done)
{
    public double Median => MedianOf(Runs);

    public double ReferenceMedian => MedianOf(ReferenceRuns);

    /// <summary>
    /// Ours by the reference's that ran right after it; the median of those. Nearer to the truth than the ratio of the medians where
    /// something else takes the machine for a while.
    /// </summary>
    public double Ratio => MedianOf([.. Runs.Zip(ReferenceRuns, (ours, reference) => ours / reference)]);

    public static double MedianOf(double[] runs)
    {
        var sorted = runs.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>The runs of the two sides of a figure.</summary>
internal sealed record Pair<T>(T[] Ours, T[] Reference)
{
    public Figure ToFigure(string name, string unit, Func<T, double> value, string reference, string done) =>
        new(name, unit, Array.ConvertAll(Ours, value.Invoke), reference, Array.ConvertAll(Reference, value.Invoke), done);
}

internal static class Pair
{
    /// <summary>Ours, theirs, ours, theirs: what else the machine does drifts, and has to meet both alike.</summary>
    /// <param name="settling">Runs of each before those that count, until the just-in-time compiler is done with a process.</param>
    public static async Task<Pair<T>> Measure<T>(int runs, Func<Task<T>> ours, Func<Task<T>> reference, int settling = 0)
    {
        for (var run = 0; run < settling; run++)
        {
            await ours();
            await reference();
        }
        var pair = new Pair<T>(new T[runs], new T[runs]);
        for (var run = 0; run < runs; run++)
        {
            pair.Ours[run] = await ours();
            pair.Reference[run] = await reference();
        }
        return pair;
    }
}
