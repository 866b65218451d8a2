using Buildify.Hosting.Postgres;
using Buildify.Hosting.Tasks;
using Buildify.Silo.Postgres;
using Buildify.Tasks;
using Buildify.Testing.Postgres;
using Buildify.Worker.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Declarations;

public sealed class TaskDeclarationsTests
{
    [Fact]
    public async Task A_start_writes_down_the_types_and_queues_that_the_process_knows_and_the_next_changes_nothing()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await Start(database, ("Tasks:Queues:mail:Partitions", "3"));
        (await Strings(database, "SELECT queue || '/' || number FROM task_partitions ORDER BY 1")).ShouldBe(["default/0", "mail/0", "mail/1", "mail/2"]);
        (await Strings(database, "SELECT name || ' ' || queue || ' ' || max_attempts FROM task_types")).ShouldContain("test.script default 5");

        // Fewer than there are take none away, and one more takes the id behind the last.
        await Start(database, ("Tasks:Queues:mail:Partitions", "1"));
        await Start(database, ("Tasks:Queues:mail:Partitions", "4"));
        (await Strings(database, "SELECT queue || '/' || number || ' ' || id FROM task_partitions ORDER BY id DESC LIMIT 1")).ShouldBe(["mail/3 5"]);
    }

    [Fact]
    public async Task Several_that_start_together_agree()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Start(database, ("Tasks:Partitions", "8"))));
        (await Strings(database, "SELECT count(*) || ' ' || max(id) FROM task_partitions")).ShouldBe(["8 8"]);
    }

    [Fact]
    public async Task A_worker_that_starts_before_the_tables_are_there_waits_for_them()
    {
        await using var database = await (await PostgresServer.Shared).CreateEmptyDatabaseAsync();
        var log = new FirstLine();
        var start = Start(database, log);
        await log.Written.WaitAsync(WorkerRig.Patience);
        await new Migrator(database.Source, NullLogger<Migrator>.Instance).ApplyAsync(MigrationSet.Platform, CancellationToken.None);
        await start;
        (await Strings(database, "SELECT name FROM task_queues")).ShouldBe(["default"]);
    }

    private static Task Start(PostgresDatabase database, params (string Key, string Value)[] settings) =>
        Start(database, NullLogger<TaskDeclarations>.Instance, settings);

    private static async Task Start(PostgresDatabase database, ILogger<TaskDeclarations> log, params (string Key, string Value)[] settings)
    {
        var options = new TaskCatalogOptions();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        TaskCatalogConfiguration.Read(options, configuration, new HostingEnvironment());
        var declarations = new TaskDeclarations(
            TaskCatalog.From([typeof(WorkerRig).Assembly]), Options.Create(options), Options.Create(new PostgresOptions()), database.Source,
            TimeProvider.System, log);
        await declarations.StartingAsync(CancellationToken.None);
    }

    private static async Task<IReadOnlyList<string>> Strings(PostgresDatabase database, string sql) =>
        [.. (await database.RowsAsync(sql)).Select(row => (string)row[0]!)];

    private sealed class FirstLine : ILogger<TaskDeclarations>
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _written.TrySetResult();
    }
}
