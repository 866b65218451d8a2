using System.Globalization;
using System.Text.RegularExpressions;

namespace Buildify.Bench.Specs;

/// <summary>What one build took.</summary>
/// <param name="Seconds">The whole, from the command to its end.</param>
/// <param name="SpecsMilliseconds">In the targets of the spec compiler and of the hosts' list of modules, summed over all projects.</param>
/// <param name="Compilations">How often the C# compiler ran.</param>
internal sealed partial record BuildRun(double Seconds, double SpecsMilliseconds, double Compilations)
{
    /// <param name="summary">What MSBuild prints for <c>PerformanceSummary</c>: lines of milliseconds, a name and calls.</param>
    public static BuildRun Read(double seconds, string summary)
    {
        var lines = Line().Matches(summary).Select(line => (Name: line.Groups["name"].Value, Milliseconds: Number(line, "ms"), Calls: Number(line, "calls")))
            .ToArray();
        return new BuildRun(
            seconds,
            lines.Where(line => line.Name.StartsWith("Buildify", StringComparison.Ordinal) && !line.Name.Contains('.', StringComparison.Ordinal))
                .Sum(line => line.Milliseconds),
            lines.Where(line => line.Name == "Csc").Sum(line => line.Calls));
    }

    private static int Number(Match line, string group) => int.Parse(line.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<ms>\d+) ms  (?<name>\S+)\s+(?<calls>\d+) calls", RegexOptions.Multiline)]
    private static partial Regex Line();
}
