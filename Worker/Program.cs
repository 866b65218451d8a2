using Buildify.Hosting.Cluster;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Management;
using Buildify.Hosting.Postgres;

if (HealthProbe.IsAsked(args)) return await HealthProbe.Run(args, Environment.GetEnvironmentVariable, Console.Error);
if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Worker");

var builder = WebApplication.CreateBuilder(args);
builder.AddLogs();
builder.AddManagement();
builder.Services.AddPostgres(builder.Configuration, "worker");
builder.UseOrleans(silo => silo.UseCluster("worker"));

await using var app = builder.Build();
app.MapManagement();
await app.RunAsync();
return 0;
