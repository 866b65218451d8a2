using Buildify.Hosting.Cluster;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Management;

if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Worker");

var builder = WebApplication.CreateBuilder(args);
builder.AddLogs();
builder.AddManagement();
builder.UseOrleans(silo => silo.UseCluster());

await using var app = builder.Build();
app.MapManagement();
await app.RunAsync();
return 0;
