using Buildify.Hosting.Postgres;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Postgres;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("postgresql://ada:p%40ss%2Fword@db.example:6432/shop", "Host=db.example;Port=6432;Username=ada;Password=p@ss/word;Database=shop")]
    [InlineData("postgres://ada@db/shop?sslmode=verify-full&connect_timeout=3", "Host=db;Username=ada;Database=shop;SSL Mode=VerifyFull;Timeout=3")]
    [InlineData("postgresql+asyncpg://ada:x@db/shop", "Host=db;Username=ada;Password=x;Database=shop")]
    [InlineData("postgresql://a:1,b:2/shop?target_session_attrs=read-write", "Host=a:1,b:2;Database=shop;Target Session Attributes=read-write")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/shop?user=ada", "Host=/var/run/postgresql;Database=shop;Username=ada")]
    [InlineData("postgresql://ada@[::1]:5433/shop", "Host=::1;Port=5433;Username=ada;Database=shop")]
    public void A_database_url_is_read(string url, string keywords)
    {
        var read = new NpgsqlConnectionStringBuilder(Options(("DATABASE_URL", url)).ConnectionString);

        var wanted = new NpgsqlConnectionStringBuilder(keywords);
        foreach (var key in new[] { "Host", "Port", "Username", "Password", "Database", "SSL Mode", "Target Session Attributes" })
            read[key].ShouldBe(wanted[key], key);
    }

    [Fact]
    public void Bounds_are_filled_in_and_what_the_string_says_stays()
    {
        var filled = new NpgsqlConnectionStringBuilder(Options(("ConnectionStrings:Postgres", "Host=db")).ConnectionString);
        (filled.MaxPoolSize, filled.Timeout, filled.CommandTimeout, filled.ApplicationName).ShouldBe((20, 5, 30, "buildify-silo"));
        filled.MaxAutoPrepare.ShouldBeGreaterThan(0);

        var own = new NpgsqlConnectionStringBuilder(Options(
            ("ConnectionStrings:Postgres", "Host=db;Timeout=9;Maximum Pool Size=7;Application Name=mine;Max Auto Prepare=0")).ConnectionString);
        (own.MaxPoolSize, own.Timeout, own.ApplicationName, own.MaxAutoPrepare).ShouldBe((7, 9, "mine", 0));
    }

    [Fact]
    public void The_connection_string_wins_over_the_url() =>
        Options(("ConnectionStrings:Postgres", "Host=one"), ("DATABASE_URL", "postgresql://two/db")).ConnectionString.ShouldContain("Host=one");

    [Fact]
    public void Every_error_is_told_at_once_with_its_value()
    {
        var error = Should.Throw<OptionsValidationException>(() => Options(
            ("ConnectionStrings:Postgres", "Host=db;Colour=blue"), ("Postgres:MaxPoolSize", "many"), ("Postgres:Processes", "0")));

        error.Failures.Count().ShouldBe(3);
        error.Message.ShouldContain("colour", Case.Insensitive);
        error.Message.ShouldContain("Postgres__MaxPoolSize is 'many'");
        error.Message.ShouldContain("Postgres__Processes is '0'");
    }

    [Theory]
    [InlineData("ConnectionStrings:Postgres", "Host=db;Password=s3cret;Port=x")]
    [InlineData("DATABASE_URL", "postgresql://ada:s3cret@db/shop?sslmode=sometimes")]
    [InlineData("DATABASE_URL", "postgresql://ada:s3cret/@db/shop")]
    [InlineData("DATABASE_URL", "mysql://ada:s3cret@db/shop")]
    public void An_error_never_tells_the_password(string key, string value) =>
        Should.Throw<OptionsValidationException>(() => Options((key, value))).Message.ShouldNotContain("s3cret");

    [Fact]
    public void Naming_no_server_says_how_to_name_one()
    {
        var error = Should.Throw<OptionsValidationException>(() => Options());

        error.Message.ShouldContain("ConnectionStrings__Postgres");
        error.Message.ShouldContain("DATABASE_URL");
    }

    [Fact]
    public async Task A_budget_the_server_cannot_give_stops_the_start()
    {
        await using var database = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
        using var host = Host(database, ("Postgres:MaxPoolSize", "50"), ("Postgres:Processes", "10"));

        var error = await Should.ThrowAsync<InvalidOperationException>(host.StartAsync());

        error.Message.ShouldBe(
            "50 connections for each of 10 processes are 500, but PostgreSQL gives 197 (max_connections = 200, of which 3 are kept for "
            + "superusers): set Postgres__MaxPoolSize to 19 or less, or raise max_connections to 503.");
    }

    [Fact]
    public async Task A_budget_that_fits_starts()
    {
        await using var database = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
        using var host = Host(database);

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_server_that_is_still_starting_is_waited_for()
    {
        await using var server = await PostgresServer.LaunchAsync();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await server.StopAsync();

        var opening = database.Source.OpenWhenReadyAsync(TimeSpan.FromMinutes(1), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await server.StartAsync();

        await using var connection = await opening;
    }

    [Fact]
    public async Task A_server_that_stays_away_is_told_with_its_address()
    {
        await using var source = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=ada;Password=s3cret");

        var error = await Should.ThrowAsync<PostgresUnreachableException>(
            source.OpenWhenReadyAsync(TimeSpan.Zero, TimeProvider.System, NullLogger.Instance, CancellationToken.None));

        error.Message.ShouldContain("127.0.0.1:1");
        error.Message.ShouldNotContain("s3cret");
    }

    private static PostgresOptions Options(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddPostgres(Configuration(settings), "silo").BuildServiceProvider()
            .GetRequiredService<IOptions<PostgresOptions>>().Value;

    private static IHost Host(PostgresDatabase database, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPostgres(Configuration([.. settings, ("ConnectionStrings:Postgres", database.ConnectionString)]), "silo");
        return builder.Build();
    }

    private static IConfiguration Configuration((string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
