using System.Text.RegularExpressions;
using Buildify.Specs;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Cli.Checks;

/// <summary>What a module's folder has to be by itself: one name in all places, and migrations in an order.</summary>
internal sealed partial class ModuleFolder(Workspace workspace, CheckedModule module, Problems problems)
{
    private readonly string _folder = workspace.Full($"{Workspace.ModulesFolder}/{module.Name}");

    public void Check()
    {
        if (module.Node("name") is SpecText name && name.Value != module.Name)
        {
            problems.Add(ModuleErrors.OtherName, name.Place, $"the manifest's name is '{name.Value}' and its folder's '{module.Name}'; give them one name");
        }
        Project(_folder, Names.Pascal(module.Name));
        Project(Path.Combine(_folder, "contracts"), $"{Names.Pascal(module.Name)}.Contracts");
        Migrations();
    }

    private void Project(string folder, string name)
    {
        foreach (var path in Files(folder, "*.csproj").Where(p => Path.GetFileNameWithoutExtension(p) != name))
        {
            problems.Add(ModuleErrors.OtherName, new Place(path, 1, 1), $"the project of module '{module.Name}' here is called {name}.csproj; rename it");
        }
    }

    private void Migrations()
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Files(Path.Combine(_folder, "migrations"), "*.sql"))
        {
            var file = Path.GetFileName(path);
            if (Numbered().Match(file) is not { Success: true } match)
            {
                problems.Add(ModuleErrors.BadMigration, new Place(path, 1, 1), $"'{file}' is no name of a migration; call it as 0001_what_it_does.sql, in a-z, 0-9 and '_'");
            }
            else if (!numbers.TryAdd(match.Groups[1].Value, file))
            {
                problems.Add(ModuleErrors.SameMigration, new Place(path, 1, 1), $"number {match.Groups[1].Value} is {numbers[match.Groups[1].Value]} already; take the next that is free");
            }
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];

    // As the silo reads them.
    [GeneratedRegex(@"^(\d{4})_[a-z0-9_]+\.sql$")]
    private static partial Regex Numbered();
}
