using Buildify.Idempotency;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Databases;

public sealed class IdempotentCommitTests : IAsyncLifetime
{
    private static readonly IdempotencyStamp Stamp = new("acme/ada", "key-1", "fingerprint", 201);

    private PostgresDatabase _database = null!;
    private ModuleHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        _host = ModuleHost.On(_database);
        await _host.PrepareNotes(ModuleHost.Notes);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task The_key_and_the_row_commit_together()
    {
        await Commit(Stamp, "once");

        (await _host.Read("acme")).ShouldBe(["once"]);
        var row = (await _database.RowsAsync("SELECT fingerprint, status, response::text FROM idempotency_keys WHERE scope = 'acme/ada' AND key = 'key-1'"))
            .ShouldHaveSingleItem();
        row.ShouldBe(["fingerprint", 201, "{\"note_body\": \"once\"}"]);
    }

    [Fact]
    public async Task Of_two_requests_with_one_key_the_second_leaves_nothing_and_is_told_so()
    {
        await Commit(Stamp, "once");

        var error = await Should.ThrowAsync<IdempotencyConflictException>(() => Commit(Stamp, "twice"));

        error.ToFailure().Code.ShouldBe(FailureCodes.IdempotencyConflict);
        (await _host.Read("acme")).ShouldBe(["once"]);
    }

    [Fact]
    public async Task Of_many_requests_at_once_with_one_key_one_commits()
    {
        var failed = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await Commit(Stamp, $"note {i}");
                return 0;
            }
            catch (IdempotencyConflictException)
            {
                return 1;
            }
        }));

        failed.Sum().ShouldBe(7);
        (await _host.Read("acme")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_is_killed_before_the_commit_leaves_neither_row_nor_key()
    {
        await using (var session = await _host.Begin("acme"))
        {
            await session.Execute("INSERT INTO notes_note (tenant_id, body) VALUES ('acme', 'lost')");
            await session.Execute("SELECT record_idempotency('acme/ada', 'key-1', 'fingerprint', 201, '{}')");
            await _database.ExecuteAsync("SELECT pg_terminate_backend($1)", session.Connection.ProcessID);
            await Should.ThrowAsync<NpgsqlException>(() => session.Commit());
        }

        (await _host.Read("acme")).ShouldBeEmpty();
        (await _database.QueryAsync<long>("SELECT count(*) FROM idempotency_keys")).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_of_yesterday_gives_way()
    {
        await Commit(Stamp, "yesterday");
        await _database.ExecuteAsync("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");

        await Commit(Stamp, "today");

        (await _host.Read("acme")).ShouldBe(["yesterday", "today"]);
    }

    [Fact]
    public async Task Without_a_key_it_is_a_plain_commit()
    {
        await Commit(stamp: null, "plain");

        (await _database.QueryAsync<long>("SELECT count(*) FROM idempotency_keys")).ShouldBe(0);
    }

    [Theory]
    [InlineData("bolt/ada")]
    [InlineData("acme-2/ada")]
    [InlineData("platform:/ada")]
    public async Task A_module_writes_no_key_of_another_tenant_s(string scope)
    {
        var error = await Should.ThrowAsync<PostgresException>(() => Commit(Stamp with { Scope = scope }, "forged"));

        error.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await _host.Read("acme")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_temporary_table_of_the_module_s_does_not_stand_in_for_the_platform_s()
    {
        await using (var session = await _host.Begin("acme"))
        {
            await session.Execute("CREATE TEMP TABLE idempotency_keys (scope text, key text, fingerprint text, status int, response jsonb, created_at timestamptz)");
            await session.Commit(Stamp, "real");
        }

        (await _database.QueryAsync<long>("SELECT count(*) FROM public.idempotency_keys")).ShouldBe(1);
    }

    private async Task Commit(IdempotencyStamp? stamp, string body)
    {
        await using var session = await _host.Begin("acme");
        await session.Execute("INSERT INTO notes_note (tenant_id, body) VALUES ('acme', @body)", new { body });
        await session.Commit(stamp, new Result(body));
    }

    private sealed record Result(string NoteBody);
}
