using Buildify.Gateway;
using Buildify.Hosting.Cluster;
using Buildify.Modules;
using Buildify.Silo;
using Buildify.Worker;

namespace Buildify.AppHost;

/// <summary>The whole platform in one process; what a repository of a module's own runs it in, too.</summary>
public static class BuildifyHost
{
    /// <summary>Runs until it is asked to stop.</summary>
    /// <param name="args">Settings, as <c>--Modules:Only=notes</c>.</param>
    /// <param name="modules">Those that the program was built with.</param>
    /// <returns>The exit code: 0, or 1 where it could not start; then it has said why.</returns>
    public static async Task<int> Run(string[] args, params ModuleDefinition[] modules)
    {
        var builder = WebApplication.CreateBuilder(args);
        try
        {
            await using var postgres = await HostDatabase.Use(builder);
            builder.UseDefaultAddress();
            builder.AddSilo(modules);
            builder.UseOrleans(silo => silo.AddTaskWorker());
            builder.AddGateway(modules);

            await using var app = builder.Build();
            app.UseDashboard();
            app.UseGateway();
            app.Lifetime.ApplicationStarted.Register(() => Welcome.Print(app, postgres));
            await app.RunAsync();
            return 0;
        }
        catch (Exception error) when (StartFailure.Explain(error) is { } explanation)
        {
            Console.Error.WriteLine(explanation);
            return 1;
        }
    }
}
