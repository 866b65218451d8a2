using Buildify.Cli.Checks;
using Buildify.Specs;

namespace Buildify.Cli.Modules;

/// <summary>Makes a module's folder. Nothing that exists is changed: the hosts find it when they are built.</summary>
internal sealed class NewModule(Workspace workspace, TextWriter output, TextWriter error)
{
    /// <param name="displayName">Null: the name in words.</param>
    /// <param name="start"><c>sample</c> or <c>empty</c>.</param>
    public int Make(string name, string? displayName, string start)
    {
        var folder = $"{Workspace.ModulesFolder}/{name}";
        if (ModuleName.Problem(name, [.. workspace.Modules()]) is { } problem) return Refuse(problem);
        if (workspace.Exists(folder)) return Refuse($"There is a {folder} already, and no module in it; move it away, or delete it first.");
        if (PlatformSpecs.Read(workspace, new Problems()) is { } platform && PlatformSpecs.PathUnder(platform, $"/api/v1/{name}") is { } owned)
        {
            return Refuse($"'{name}' would have the routes of the platform's own {owned}; call it {name}-module, or what it is.");
        }

        var module = new ModuleName(name);
        var (display, unreadable) = DisplayNames.Read(displayName ?? module.Words);
        if (unreadable is not null) return Refuse($"--display-name {unreadable}.");

        foreach (var (path, text) in ModuleTemplates.Files(module, display!, start))
        {
            workspace.Write(path, text);
            output.WriteLine($"made  {path}");
        }
        output.WriteLine($"""

            {display} is a module now. Next:
              dotnet run --project AppHost               its routes are under /api/v1/{name}, its page is {name}/home
              dotnet test tests/Modules.Tests            runs {folder}/tests with the other modules'
              tools/buildify check                       after a change of {folder}/spec
            """);
        return 0;
    }

    private int Refuse(string problem)
    {
        error.WriteLine(problem);
        return 1;
    }
}
