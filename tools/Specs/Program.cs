using Buildify.Specs;

return Commands.Run(args, Console.Out, Console.Error);
