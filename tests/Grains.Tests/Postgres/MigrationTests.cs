using Buildify.Testing.Postgres;

namespace Buildify.Postgres;

public sealed class MigrationTests
{
    [Fact]
    public async Task The_platform_s_migrations_apply_to_an_empty_database()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        (await database.QueryAsync<long>("SELECT count(*) FROM schema_migrations")).ShouldBeGreaterThan(0);
    }
}
