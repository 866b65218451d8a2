using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Buildify.Testing.Cluster;
using Buildify.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Providers;
using Orleans.Storage;

namespace Buildify.Postgres;

/// <summary>On each build the storage that it has: Orleans' own provider, or ours.</summary>
public sealed class GrainStorageTests(GrainStorageTests.StorageCluster cluster) : IClassFixture<GrainStorageTests.StorageCluster>, IAsyncLifetime
{
    private readonly PostgresDatabase _database = cluster.Platform.Database;
    private readonly IGrainStorage _storage = cluster.Platform.Cluster.GetSiloServiceProvider()
        .GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);

    public async Task InitializeAsync() => await _database.ExecuteAsync("TRUNCATE grain_state, idempotency_keys, configuration_history");

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("tenant:ada", "tenant:cafe", "tenant:0cafe", "tenant:123")]
    [InlineData("123/456", "123/457", "cafe/ada", "0cafe/ada")]
    public async Task Keys_that_look_like_numbers_are_kept_apart(params string[] keys)
    {
        foreach (var key in keys)
            await Write(key, new Note { Text = key });

        foreach (var key in keys)
            (await Read(key)).State!.Text.ShouldBe(key);
        (await _database.QueryAsync<long>("SELECT count(*) FROM grain_state WHERE n0 = 0 AND n1 = 0")).ShouldBe(keys.Length);
    }

    [Theory]
    [InlineData("cafe", 0, 0xcafe, "")]
    [InlineData("0cafe", 0, 0xcafe, "")]
    [InlineData("2A+berlin", 0, 42, "berlin")]
    [InlineData("FFFFFFFFFFFFFFFF", 0, -1, "")]
    [InlineData("123/456", 0, 0, "123/456")]
    [InlineData("00112233445566778899aabbccddeeff", 0x6677445500112233, -0x11223344556678, "")]
    public async Task A_row_s_key_is_what_Orleans_ADO_NET_provider_makes_of_it(string key, long n0, long n1, string text)
    {
        await Write(key, new Note());

        (await _database.RowsAsync("SELECT n0, n1, key FROM grain_state")).ShouldHaveSingleItem().ShouldBe([n0, n1, text]);
    }

    [Fact]
    public async Task A_state_comes_back_with_its_version()
    {
        var written = await Write("tenant:acme", new Note { Text = "Grüße" });
        written.State!.Text = "again";
        await _storage.WriteStateAsync("note", Id("tenant:acme"), written);

        var read = await Read("tenant:acme");
        (read.State!.Text, read.ETag, read.RecordExists).ShouldBe(("again", "2", true));
    }

    [Fact]
    public async Task What_was_never_written_is_a_new_state_without_a_record()
    {
        var read = await Read("tenant:nobody");

        (read.State!.Text, read.ETag, read.RecordExists).ShouldBe(("", null, false));
    }

    [Fact]
    public async Task A_document_reads_well_in_psql()
    {
        await Write("tenant:acme", new Note { Text = "Grüße & <b>", WrittenAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Mood = Mood.QuiteGood });

        (await _database.QueryAsync<string>("SELECT payload::text FROM grain_state"))
            .ShouldBe("""{"mood": "quite_good", "text": "Grüße & <b>", "written_at": "2026-01-02T03:04:05.000000Z"}""");
    }

    [Fact]
    public async Task What_a_newer_version_wrote_survives_an_older_one()
    {
        await Write("tenant:acme", new Note());
        await _database.ExecuteAsync("""UPDATE grain_state SET payload = payload || '{"later": {"a": [1, 2.50]}}'""");

        var read = await Read("tenant:acme");
        await _storage.WriteStateAsync("note", Id("tenant:acme"), read);

        (await _database.QueryAsync<string>("SELECT (payload -> 'later')::text FROM grain_state")).ShouldBe("""{"a": [1, 2.50]}""");
    }

    [Fact]
    public async Task The_second_of_two_writers_is_refused_and_keeps_its_ETag()
    {
        await Write("tenant:acme", new Note { Text = "first" });
        var (one, other) = (await Read("tenant:acme"), await Read("tenant:acme"));
        await _storage.WriteStateAsync("note", Id("tenant:acme"), one);

        await Should.ThrowAsync<InconsistentStateException>(_storage.WriteStateAsync("note", Id("tenant:acme"), other));

        (other.ETag, other.RecordExists).ShouldBe(("1", true));
    }

    [Fact]
    public async Task A_first_write_does_not_overwrite()
    {
        await Write("tenant:acme", new Note { Text = "first" });
        var state = new GrainState<Note>(new Note { Text = "second" });

        await Should.ThrowAsync<InconsistentStateException>(_storage.WriteStateAsync("note", Id("tenant:acme"), state));

        (state.ETag, state.RecordExists).ShouldBe((null, false));
        (await Read("tenant:acme")).State!.Text.ShouldBe("first");
    }

    [Fact]
    public async Task Of_many_first_writers_one_wins()
    {
        var writes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            try
            {
                await Write("tenant:acme", new Note { Text = $"{number}" });
                return 1;
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        }));

        writes.Sum().ShouldBe(1);
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_its_version_goes_on()
    {
        var state = await Write("tenant:acme", new Note { Text = "gone" });
        var old = await Read("tenant:acme");
        await _storage.ClearStateAsync("note", Id("tenant:acme"), state);
        (state.State!.Text, state.ETag, state.RecordExists).ShouldBe(("", "2", false));

        var read = await Read("tenant:acme");
        (read.State!.Text, read.ETag, read.RecordExists).ShouldBe(("", "2", false));
        await _storage.WriteStateAsync("note", Id("tenant:acme"), read);
        read.ETag.ShouldBe("3");
        await Should.ThrowAsync<InconsistentStateException>(_storage.WriteStateAsync("note", Id("tenant:acme"), old));
    }

    [Fact]
    public async Task Clearing_what_was_never_written_does_nothing()
    {
        await _storage.ClearStateAsync("note", Id("tenant:nobody"), new GrainState<Note>());

        (await _database.QueryAsync<long>("SELECT count(*) FROM grain_state")).ShouldBe(0);
    }

    [Fact]
    public async Task Clearing_with_an_old_version_is_refused()
    {
        await Write("tenant:acme", new Note());
        var old = await Read("tenant:acme");
        await _storage.WriteStateAsync("note", Id("tenant:acme"), await Read("tenant:acme"));

        await Should.ThrowAsync<InconsistentStateException>(_storage.ClearStateAsync("note", Id("tenant:acme"), old));
    }

    [Fact]
    public async Task An_outbox_commits_with_its_document_and_is_not_kept_in_it()
    {
        await Write("tenant:acme", new Note { Outbox = Outbox("one") });

        (await _database.QueryAsync<bool>("SELECT payload ? 'outbox' FROM grain_state")).ShouldBeFalse();
        (await _database.RowsAsync("SELECT scope, key, fingerprint, status, response::text FROM idempotency_keys"))
            .ShouldHaveSingleItem().ShouldBe(["acme/ada", "one", "f00d", 201, """{"id": "berlin"}"""]);
        (await _database.RowsAsync(
            "SELECT tenant_id, company_id, module_name, action, actor, correlation_id, before::text, after::text FROM configuration_history"))
            .ShouldHaveSingleItem().ShouldBe(["acme", null, "financial", "updated", "ada", "c-1", null, """{"rate": 0.20}"""]);
    }

    [Fact]
    public async Task A_key_used_within_a_day_fails_the_whole_write_by_its_constraint()
    {
        await Write("tenant:acme", new Note { Text = "first", Outbox = Outbox("one") });
        var state = await Read("tenant:acme");
        state.State = new Note { Text = "second", Outbox = Outbox("one") };

        var error = await Refusal(_storage.WriteStateAsync("note", Id("tenant:acme"), state));

        (error.SqlState, error.ConstraintName).ShouldBe((PostgresErrorCodes.UniqueViolation, "idempotency_keys_pkey"));
        (state.ETag, state.RecordExists).ShouldBe(("1", true));
        (await Read("tenant:acme")).State!.Text.ShouldBe("first");
        (await _database.QueryAsync<long>("SELECT count(*) FROM configuration_history")).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_free_again_after_a_day()
    {
        await Write("tenant:acme", new Note { Outbox = Outbox("one") });
        await _database.ExecuteAsync("UPDATE idempotency_keys SET created_at = now() - interval '24 hours', fingerprint = 'old'");

        await Write("tenant:other", new Note { Outbox = Outbox("one") });

        (await _database.QueryAsync<string>("SELECT fingerprint FROM idempotency_keys")).ShouldBe("f00d");
    }

    [Fact]
    public async Task A_refused_write_leaves_nothing_of_its_outbox()
    {
        await Write("tenant:acme", new Note());
        var late = new GrainState<Note>(new Note { Outbox = Outbox("one") });

        await Should.ThrowAsync<InconsistentStateException>(_storage.WriteStateAsync("note", Id("tenant:acme"), late));

        (await _database.QueryAsync<long>("SELECT count(*) FROM idempotency_keys")).ShouldBe(0);
        (await _database.QueryAsync<long>("SELECT count(*) FROM configuration_history")).ShouldBe(0);
    }

    [Fact]
    public async Task An_outbox_of_an_unknown_kind_is_refused_with_its_document()
    {
        var outbox = Outbox("one");
        outbox["telegrams"] = new JsonArray();

        var error = await Refusal(Write("tenant:acme", new Note { Outbox = outbox }));

        error.MessageText.ShouldContain("telegrams");
        (await _database.QueryAsync<long>("SELECT count(*) FROM grain_state")).ShouldBe(0);
    }

    private static JsonObject Outbox(string key) => JsonNode.Parse(
        $$"""
        {
          "idempotency": [{"scope": "acme/ada", "key": "{{key}}", "fingerprint": "f00d", "status": 201, "response": {"id": "berlin"} }],
          "history": [{"tenant_id": "acme", "company_id": null, "module_name": "financial", "action": "updated", "actor": "ada",
                       "correlation_id": "c-1", "before": null, "after": {"rate": 0.20} }]
        }
        """)!.AsObject();

    // Orleans' provider wraps what PostgreSQL said.
    private static async Task<PostgresException> Refusal(Task write)
    {
        Exception? error = await Should.ThrowAsync<Exception>(write);
        while (error is not (null or PostgresException)) error = error.InnerException;
        return error.ShouldBeOfType<PostgresException>();
    }

    private static GrainId Id(string key) => GrainId.Create("note", key);

    private async Task<GrainState<Note>> Read(string key)
    {
        var state = new GrainState<Note>();
        await _storage.ReadStateAsync("note", Id(key), state);
        return state;
    }

    private async Task<GrainState<Note>> Write(string key, Note note)
    {
        var state = new GrainState<Note>(note);
        await _storage.WriteStateAsync("note", Id(key), state);
        return state;
    }

    private enum Mood
    {
        Unknown,
        QuiteGood,
    }

    private sealed record Note
    {
        public string Text { get; set; } = "";
        public DateTimeOffset WrittenAt { get; init; }
        public Mood Mood { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonObject? Outbox { get; init; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Unknown { get; init; }
    }

    public sealed class StorageCluster : IAsyncLifetime
    {
        public PlatformCluster Platform { get; private set; } = null!;

        public async Task InitializeAsync() => Platform = await PlatformCluster.Launch();

        public async Task DisposeAsync() => await Platform.DisposeAsync();
    }
}
