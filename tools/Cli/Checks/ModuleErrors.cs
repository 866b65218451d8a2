using Buildify.Specs.Reference;

namespace Buildify.Cli.Checks;

/// <summary>What can be wrong with modules beside their specs, which the compiler checks. A code keeps its meaning.</summary>
internal static class ModuleErrors
{
    public static readonly SpecError OtherName = new("BMOD001", "Not the folder's name", "A module has one name, its folder's; its projects are called after it.");

    public static readonly SpecError SamePrefix = new("BMOD002", "A prefix that another has", "Routes, or tables, of two modules would begin alike.");

    public static readonly SpecError SameRoute = new("BMOD003", "A route that another module has", "A request would fit two operations.");

    public static readonly SpecError Cycle = new("BMOD004", "Modules that need each other", "None of them could be turned on before the others.");

    public static readonly SpecError BadMigration = new("BMOD005", "Not the name of a migration", "Migrations are applied in the order of their numbers.");

    public static readonly SpecError SameMigration = new("BMOD006", "Two migrations with one number", "Nothing would say which of them comes first.");
}
