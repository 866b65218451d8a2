using Buildify.Gateway;
using Buildify.Hosting.Cluster;

if (ClusterRuntime.IsEmbedded) return EmbeddedBuild.Refuse("Gateway");

var builder = WebApplication.CreateBuilder(args);
builder.AddClusterClient("gateway");
builder.AddGateway(ModuleList.All);

await using var app = builder.Build();
app.UseGateway();
await app.RunAsync();
return 0;
