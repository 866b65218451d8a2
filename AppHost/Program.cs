using Buildify.AppHost;
using Buildify.Gateway;
using Buildify.Hosting.Cluster;
using Buildify.Silo;

var builder = WebApplication.CreateBuilder(args);
try
{
    await using var postgres = await HostDatabase.Use(builder);
    builder.UseDefaultAddress();
    builder.AddSilo();
    builder.AddGateway();

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
