using Buildify.Gateway;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Management;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Run(args, Environment.GetEnvironmentVariable, Console.Error);
if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Gateway");

var builder = WebApplication.CreateBuilder(args);
builder.AddClusterClient("gateway");
builder.AddGateway(ModuleList.All);

await using var app = builder.Build();
app.UseGateway();
await app.RunAsync();
return 0;
