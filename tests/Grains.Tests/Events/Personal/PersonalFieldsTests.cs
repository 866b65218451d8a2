using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Testing.Postgres;

namespace Buildify.Events.Personal;

public sealed class PersonalFieldsTests : IAsyncLifetime
{
    private readonly Clock _time = new();
    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task What_is_personal_is_not_readable_in_the_log_and_is_to_who_may_read_it()
    {
        var fields = Fields();
        var written = await fields.Protect([Contact("acme", "c1", "ada@example.com")]);

        var inTheLog = await InTheLog(written[0]);
        inTheLog.ShouldNotContain("ada@example.com");
        inTheLog.ShouldNotContain("London");
        inTheLog.ShouldContain("\"vip\": true");
        inTheLog.ShouldContain("\"id\": \"c1\"");

        // In another process, and as jsonb gives it back.
        var read = (await Fields().Reveal([Logged(written[0], inTheLog)])).ShouldHaveSingleItem();
        read.Read<ContactCreated>().ShouldBe(new ContactCreated("c1", "ada@example.com", new Address("London"), true, 1.50m));
        read.Payload.Text.ShouldContain("1.50");
    }

    [Fact]
    public async Task After_an_erasure_the_fields_read_as_null_everywhere_and_the_event_is_where_it_was()
    {
        var (fields, other) = (Fields(), Fields());
        var logged = Logged((await fields.Protect([Contact("acme", "c1", "ada@example.com")]))[0], position: 42);
        (await other.Reveal([logged]))[0].Payload.Text.ShouldContain("ada@example.com");

        (await fields.Erase("acme", "c1")).ShouldBeTrue();

        (await fields.Reveal([logged]))[0].Read<ContactCreated>().ShouldBe(new ContactCreated("c1", null!, null, true, 1.50m));
        _time.Advance(SubjectKeys.Life + TimeSpan.FromMilliseconds(1));
        var read = (await other.Reveal([logged]))[0];
        read.Read<ContactCreated>().Email.ShouldBeNull();
        read.Position.ShouldBe(42);
        (await fields.Erase("acme", "c1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_comes_back_after_an_erasure_has_a_new_key_and_the_old_fields_stay_null()
    {
        var fields = Fields();
        var old = Logged((await fields.Protect([Contact("acme", "c1", "old@example.com")]))[0]);
        await fields.Reveal([old]);
        await fields.Erase("acme", "c1");

        var anew = Logged((await fields.Protect([Contact("acme", "c1", "new@example.com")]))[0]);

        (await fields.Reveal([old, anew])).Select(@event => @event.Read<ContactCreated>().Email).ShouldBe([null!, "new@example.com"]);
    }

    [Fact]
    public async Task A_field_opens_in_no_other_tenant_type_or_field_even_with_that_one_s_key()
    {
        var fields = Fields();
        var acme = Logged((await fields.Protect([Contact("acme", "c1", "ada@example.com")]))[0]);
        await fields.Protect([Contact("globex", "c1", "bob@example.com")]);
        await _database.ExecuteAsync("UPDATE event_subject_keys SET key = (SELECT key FROM event_subject_keys WHERE tenant_id = 'acme') WHERE tenant_id = 'globex'");

        var swapped = acme.Payload.Text.Replace("\"email\"", "\"nickname\"", StringComparison.Ordinal);
        var read = await fields.Reveal([acme, acme with { Tenant = "globex" }, acme with { EventType = "crm.lead.created" }, acme with { Payload = new JsonText(swapped) }]);

        string?[] emails = [.. read.Select(@event => JsonDocument.Parse(@event.Payload.Text).RootElement).Select(payload =>
            (payload.TryGetProperty("email", out var email) ? email : payload.GetProperty("nickname")).GetString())];
        emails.ShouldBe(["ada@example.com", null, null, null]);
    }

    [Fact]
    public async Task An_owner_that_has_not_the_contract_encrypts_by_what_is_declared_in_the_table()
    {
        await _database.ExecuteAsync(
            "INSERT INTO event_types (name, version, module, external, subject, personal_fields) VALUES ('crm.contact.created', 2, 'crm', FALSE, 'id', '{email}')");
        var fields = new PersonalFields(EventCatalog.From([]), _database.Source, _time);

        var written = (await fields.Protect([Contact("acme", "c1", "ada@example.com") with { EventVersion = 2 }]))[0];

        written.Payload.Text.ShouldNotContain("ada@example.com");
        (await fields.Reveal([Logged(written)]))[0].Payload.Text.ShouldContain("ada@example.com");
    }

    [Fact]
    public async Task Types_without_personal_fields_are_left_alone_and_no_key_is_made()
    {
        var fields = Fields();
        ImmutableArray<NewEvent> events = [new NewEvent("acme", "core.tenant.suspended", new JsonText("""{"tenant_id":"acme","actor":"a"}"""))];

        (await fields.Protect(events)).Equals(events).ShouldBeTrue();
        ImmutableArray<LoggedEvent> logged = [Logged(events[0])];
        (await fields.Reveal(logged)).ShouldBe(logged);
        (await _database.QueryAsync<long>("SELECT count(*) FROM event_subject_keys")).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_encrypted_already_is_not_encrypted_again()
    {
        var fields = Fields();
        var once = await fields.Protect([Contact("acme", "c1", "ada@example.com")]);
        var twice = await fields.Protect(once);

        twice[0].Payload.ShouldBe(once[0].Payload);
    }

    [Fact]
    public async Task A_payload_that_says_not_whose_it_is_is_encrypted_under_the_tenant_s_own_key()
    {
        var fields = Fields();
        var written = (await fields.Protect([Contact("acme", "c1", "x") with { Payload = new JsonText("""{"email":"ada@example.com"}""") }]))[0];

        written.Payload.Text.ShouldNotContain("ada@example.com");
        (await fields.Reveal([Logged(written)]))[0].Payload.Text.ShouldBe("""{"email":"ada@example.com"}""");
        await fields.Erase("acme", "");
        (await fields.Reveal([Logged(written)]))[0].Payload.Text.ShouldBe("""{"email":null}""");
    }

    [Fact]
    public async Task Several_that_make_one_person_s_key_at_the_same_time_agree_on_it()
    {
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number => (await Fields().Protect([Contact("acme", "c1", $"{number}@example.com")]))[0]));

        var read = await Fields().Reveal([.. written.Select(@event => Logged(@event))]);
        read.Select(@event => @event.Read<ContactCreated>().Email).ShouldBe(Enumerable.Range(0, 8).Select(number => $"{number}@example.com"));
    }

    private PersonalFields Fields()
    {
        var about = new EventTypeAttribute("crm.contact.created") { Subject = "id" };
        return new PersonalFields(new EventCatalog([.. EventCatalog.From([]).All, new EventTypeInfo(about.Name, typeof(ContactCreated), about)]), _database.Source, _time);
    }

    private static NewEvent Contact(string tenant, string id, string email) => new(tenant, "crm.contact.created", new JsonText(
        $$"""{"id":"{{id}}","email":"{{email}}","address":{"city":"London"},"vip":true,"score":1.50}"""));

    private static LoggedEvent Logged(NewEvent @event, string? payload = null, long position = 1) => new(
        "e1", @event.EventType, @event.EventVersion, "crm", @event.Tenant, null, payload is null ? @event.Payload : new JsonText(payload), default, null, position);

    private async Task<string> InTheLog(NewEvent @event)
    {
        await _database.ExecuteAsync(
            """
            INSERT INTO events (id, partition, position, tenant_id, event_type, payload, seq)
            VALUES ('e1', 0, 1, $1, $2, $3::jsonb, 1)
            """, @event.Tenant, @event.EventType, @event.Payload.Text);
        return (await _database.QueryAsync<string>("SELECT payload::text FROM events"))!;
    }

    internal sealed record ContactCreated(
        string Id, [property: PersonalData] string Email, Address? Address, bool Vip, decimal Score) : IEvent;

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }

    // The whole field is personal, since something in it is.
    internal sealed record Address([property: PersonalData] string City);
}
