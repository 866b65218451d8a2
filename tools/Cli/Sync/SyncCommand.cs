using Buildify.Cli.Services;
using Buildify.Specs;

namespace Buildify.Cli.Sync;

/// <summary>Brings the repository in line with <c>services.yml</c>, or says where it is not.</summary>
internal sealed class SyncCommand(Workspace workspace, TextWriter output, TextWriter error)
{
    /// <returns>The exit code: 1 where services.yml is wrong or, with <paramref name="check"/>, where anything differs.</returns>
    public int Run(bool check)
    {
        var problems = new Problems();
        var services = ServicesFile.Read(workspace, problems);
        if (problems.Any)
        {
            foreach (var problem in problems.InOrder()) error.WriteLine(problem);
            return 1;
        }
        var differing = SyncPlan.For(services).Where(Differs).ToList();
        foreach (var file in differing)
        {
            if (check) Show(file);
            else Write(file);
        }
        if (differing.Count == 0) output.WriteLine($"Everything is as {ServicesFile.Name} says.");
        else if (check) error.WriteLine($"{differing.Count} of the files that {ServicesFile.Name} and the spec compiler speak of differ; tools/buildify sync writes them.");
        return check && differing.Count > 0 ? 1 : 0;
    }

    private bool Differs(PlannedFile file) => file.IsWritten ? workspace.Read(file.Path) != file.Text : !workspace.Exists(file.Path);

    private void Write(PlannedFile file)
    {
        output.WriteLine($"{(workspace.Exists(file.Path) ? "wrote" : "made ")} {file.Path}");
        workspace.Write(file.Path, file.Text);
    }

    private void Show(PlannedFile file)
    {
        if (workspace.Read(file.Path) is { } there) output.Write($"{file.Path}, - as it is, + as it should be\n{LineDiff.Of(there, file.Text)}");
        else output.WriteLine($"{file.Path} is missing");
    }
}
