using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Specs;

/// <summary>
/// How long the host's build takes with many modules, and how large that host is. Two copies of the repository take turns: one with more
/// modules, and one as it is.
/// </summary>
internal static class BuildFigures
{
    private const string Own = "notes";
    private const string Reference = "the same in the repository as it is";

    public static async Task Measure(BenchOptions options)
    {
        // By far the longest: only where they are asked for by name.
        if (options.Filter.Length == 0 || !options.Wants("specs.build.")) return;

        using var many = await RepositoryCopy.Make();
        using var one = await RepositoryCopy.Make();
        var whole = await one.Build();
        await many.Build();
        foreach (var count in options.BuiltModules)
        {
            if (options.Wants(Name(count, ""))) await Measure(options, count, many, one, whole);
        }
    }

    private static async Task Measure(BenchOptions options, int count, RepositoryCopy many, RepositoryCopy one, BuildRun whole)
    {
        // Other names each time: what was built of the last ones is not found again.
        var prefix = $"shop{count}x";
        ModuleCopies.Write(many.Modules, prefix, count);
        var added = new Pair<BuildRun>([await many.Build()], [whole]);
        Report.Add(added.ToFigure(
            Name(count, "added"), "s", run => run.Seconds, "the host of the repository as it is, built from nothing",
            $"dotnet build AppHost after {count} modules were put into a repository that was built; one run of each"));

        var runs = options.Quick ? 1 : 3;
        var unchanged = await Pair.Measure(runs, many.Build, one.Build);
        var done = $"dotnet build AppHost with {count} modules more, nothing changed";
        Report.Add(unchanged.ToFigure(Name(count, "unchanged"), "s", run => run.Seconds, Reference, done));
        Report.Add(unchanged.ToFigure(Name(count, "unchanged.specs"), "ms in the specs' targets, of all projects", run => run.SpecsMilliseconds, Reference, done));

        var touched = await Pair.Measure(runs, () => Rebuild(many, ModuleCopies.Name(prefix, 1)), () => Rebuild(one, Own));
        done = $"dotnet build AppHost with {count} modules more, a rule changed in the spec of one";
        Report.Add(touched.ToFigure(Name(count, "touched"), "s", run => run.Seconds, Reference, done));
        Report.Add(touched.ToFigure(Name(count, "touched.compiled"), "runs of the C# compiler", run => run.Compilations, Reference, done));

        await Start(options, count, many);
        many.RemoveModules(prefix);
    }

    private static Task<BuildRun> Rebuild(RepositoryCopy repository, string module)
    {
        repository.ChangeSpec(module);
        return repository.Build();
    }

    /// <summary>The host that was built: with all it has, and with one module of all that it was built with.</summary>
    private static async Task Start(BenchOptions options, int count, RepositoryCopy many)
    {
        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await using var database = await server.CreateEmptyDatabaseAsync();
        await using var folder = new HostFolder();
        await StartRun.Of(many.Program, folder, database);
        StartRun.AddBoth(
            await Pair.Measure(
                options.Quick ? 1 : 5, () => StartRun.Of(many.Program, folder, database), () => StartRun.Of(many.Program, folder, database, ("Modules__Only", Own))),
            Name(count, "start"), "the same program with one module (Modules__Only=notes)",
            $"AppHost to /ready with {count} modules more, their code and their tables");
    }

    private static string Name(int count, string what) => $"specs.build.{count}.{what}";
}
