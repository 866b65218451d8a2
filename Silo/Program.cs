using Buildify.Hosting.Cluster;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Management;
using Buildify.Silo;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Run(args, Environment.GetEnvironmentVariable, Console.Error);
if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Silo");

var builder = WebApplication.CreateBuilder(args);
builder.AddLogs();
builder.AddManagement();
builder.AddSilo(ModuleList.All);

await using var app = builder.Build();
app.UseDashboard();
app.MapManagement();
await app.RunAsync();
return 0;
