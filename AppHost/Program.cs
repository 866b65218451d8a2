using Buildify.AppHost;

return await BuildifyHost.Run(args, ModuleList.All);
