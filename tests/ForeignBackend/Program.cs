using Buildify.ForeignBackend;

// dotnet run --project tests/ForeignBackend -- --urls http://localhost:8002 --module legacy --keys http://localhost:8080/.well-known/jwks.json
await using var app = LegacyBackend.Build(args);
await app.RunAsync();
