using Buildify.Hosting.Cluster;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Management;
using Buildify.Worker;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Run(args, Environment.GetEnvironmentVariable, Console.Error);
if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Worker");

var builder = WebApplication.CreateBuilder(args);
builder.AddLogs();
builder.AddManagement();
builder.AddWorker(ModuleList.All);

await using var app = builder.Build();
app.MapManagement();
await app.RunAsync();
return 0;
