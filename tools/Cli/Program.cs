using Buildify.Cli;

return CommandLine.For(Workspace.Find, Console.Out, Console.Error).Parse(args).Invoke();
