namespace Buildify.Bench;

/// <summary>One measured figure beside the same of a reference, from runs that took turns.</summary>
/// <param name="Name">As the filter takes it.</param>
/// <param name="Unit">Of every number in it.</param>
/// <param name="Done">What was done: by how many, with what, from where.</param>
internal sealed record Figure(string Name, string Unit, double[] Runs, string Reference, double[] ReferenceRuns, string Done)
{
    public double Median => MedianOf(Runs);

    public double ReferenceMedian => MedianOf(ReferenceRuns);

    /// <summary>Ours by the reference's.</summary>
    public double Ratio => Median / ReferenceMedian;

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
    public static async Task<Pair<T>> Measure<T>(int runs, Func<Task<T>> ours, Func<Task<T>> reference)
    {
        var pair = new Pair<T>(new T[runs], new T[runs]);
        for (var run = 0; run < runs; run++)
        {
            pair.Ours[run] = await ours();
            pair.Reference[run] = await reference();
        }
        return pair;
    }
}
