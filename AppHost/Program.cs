using Buildify.AppHost;
using Buildify.Silo;

var builder = WebApplication.CreateBuilder(args);
await using var postgres = await HostDatabase.Use(builder);
builder.AddSilo();

await using var app = builder.Build();
app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => Welcome.Print(app, postgres));
await app.RunAsync();
