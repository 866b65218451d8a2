using System.CommandLine;
using Buildify.Cli.Checks;
using Buildify.Cli.Modules;
using Buildify.Cli.Packages;
using Buildify.Cli.Releases;
using Buildify.Cli.Services;
using Buildify.Cli.Sync;
using Buildify.Specs.Reference;

namespace Buildify.Cli;

/// <summary>What can be typed behind <c>buildify</c>. A command ends with 0, or with 1 where it refused or found something.</summary>
internal sealed class CommandLine(Func<Workspace?> find, TextWriter output, TextWriter error)
{
    private static readonly string[] Starts = ["sample", "empty"];

    public static RootCommand For(Func<Workspace?> find, TextWriter output, TextWriter error)
    {
        var line = new CommandLine(find, output, error);
        return new RootCommand("Makes modules and services, and holds what is written about them together.")
        {
            new Command("new", "Make a module or a service.") { line.NewModule(), line.NewService() },
            line.Sync(),
            line.Check(),
            line.Release(),
            line.Pack(),
            line.Reference(),
        };
    }

    private Command NewModule()
    {
        var name = new Argument<string>("name") { Description = "As warehouse or tax-reports: its folder, routes, tables and namespace are called after it." };
        var display = new Option<string?>("--display-name") { Description = "The name that people read; by default the name in words." };
        var with = new Option<string>("--with") { Description = "sample: an example to change, with a table, routes and a page. empty: a page alone.", DefaultValueFactory = _ => "sample" };
        with.AcceptOnlyFromAmong(Starts);
        var command = new Command("module", "Make a module that builds, tests and shows a page, in modules/NAME.") { name, display, with };
        command.SetAction(call => In(workspace => new NewModule(workspace, output, error).Make(call.GetValue(name)!, call.GetValue(display), call.GetValue(with)!)));
        return command;
    }

    private Command NewService()
    {
        var name = new Argument<string>("name") { Description = "What the others reach it by." };
        var type = new Option<string>("--type") { Description = "What runs in it: " + string.Join(", ", ServiceKeys.Types) + ".", Required = true };
        type.AcceptOnlyFromAmong(ServiceKeys.Types);
        var description = new Option<string?>("--description") { Description = "What it is for." };
        var modules = new Option<string[]>("--modules") { Description = "The modules that it serves; by default all.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("service", "Add a service to services.yml and make what it needs.") { name, type, description, modules };
        command.SetAction(call => In(workspace => new NewService(workspace, output, error).Make(
            call.GetValue(name)!, call.GetValue(type)!, call.GetValue(description), [.. (call.GetValue(modules) ?? []).SelectMany(m => m.Split(',', StringSplitOptions.RemoveEmptyEntries))])));
        return command;
    }

    private Command Sync()
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; end with 1, and show the difference, where something would be written." };
        var command = new Command("sync", "Make what services.yml names and is missing, and write docker-compose.yml and docs/spec-reference.md.") { check };
        command.SetAction(call => In(workspace => new SyncCommand(workspace, output, error).Run(call.GetValue(check))));
        return command;
    }

    private Command Check()
    {
        var command = new Command("check", "Check the specs, manifests and migrations of all modules, and what they share.");
        command.SetAction(_ => In(workspace => new CheckCommand(workspace, output).Run()));
        return command;
    }

    private Command Release()
    {
        var name = new Argument<string>("module") { Description = "A module, or platform: the platform's own API." };
        var command = new Command("release", "Keep the module's specs as those of a released version, in spec/released.") { name };
        command.SetAction(call => In(workspace => new ReleaseCommand(workspace, output, error).Run(call.GetValue(name)!)));
        return command;
    }

    private Command Pack()
    {
        var folder = new Argument<string>("folder") { Description = "Where to." };
        var suffix = new Option<string?>("--version-suffix") { Description = "As rc1: what they are is not final." };
        var command = new Command("pack", "Write the packages that a module in a repository of its own is built against.") { folder, suffix };
        command.SetAction(call => In(workspace => new PackCommand(workspace, output, error).Run(call.GetValue(folder)!, call.GetValue(suffix))));
        return command;
    }

    private Command Reference()
    {
        var command = new Command("reference", "Print the reference of the specs, as it stands in docs/spec-reference.md.");
        command.SetAction(_ =>
        {
            output.Write(SpecReference.Markdown());
            return 0;
        });
        return command;
    }

    private int In(Func<Workspace, int> run)
    {
        if (find() is { } workspace) return run(workspace);
        error.WriteLine("This is no repository of Buildify's: neither here nor above is a folder with modules/ and Directory.Build.props. Call it inside of one.");
        return 1;
    }
}
