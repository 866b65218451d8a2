using Buildify.Events;
using Buildify.Hosting.Events;
using Buildify.Hosting.Postgres;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Declarations;

public sealed class EventDeclarationsTests
{
    [Fact]
    public async Task A_start_writes_down_the_event_types_that_the_process_knows_and_the_next_changes_nothing()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await Start(database, version: 2);
        var first = await Rows(database);
        first.ShouldContain("core.tenant.created 1 core False ");
        first.ShouldContain("crm.contact.created 2 crm True 30");

        await Start(database, version: 2);
        (await Rows(database)).ShouldBe(first);
        (await database.RowsAsync("SELECT count(DISTINCT updated_at) FROM event_types"))[0][0].ShouldBe(1L);
    }

    [Fact]
    public async Task A_process_of_an_older_build_turns_no_type_back()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await Start(database, version: 3);
        await Start(database, version: 2);
        (await Rows(database)).ShouldContain("crm.contact.created 3 crm True 30");
    }

    private static Task Start(PostgresDatabase database, int version)
    {
        var about = new EventTypeAttribute("crm.contact.created") { Version = version, External = true, RetentionDays = 30 };
        var catalog = new EventCatalog([.. EventCatalog.From([]).All, new EventTypeInfo(about.Name, typeof(ContactCreated), about)]);
        return new EventDeclarations(
            catalog, Options.Create(new PostgresOptions()), database.Source, TimeProvider.System, NullLogger<EventDeclarations>.Instance)
            .StartingAsync(CancellationToken.None);
    }

    private static async Task<IReadOnlyList<string>> Rows(PostgresDatabase database) =>
        [.. (await database.RowsAsync("SELECT name, version, module, external, retention_days FROM event_types ORDER BY name")).Select(row => string.Join(' ', row))];

    private sealed record ContactCreated : IEvent;
}
