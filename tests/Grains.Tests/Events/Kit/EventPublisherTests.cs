using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Buildify.Databases;
using Buildify.Events.Log;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Events.Kit;

[Collection("event log")]
public class EventPublisherTests(LogFixture fixture)
{
    private static readonly EventCatalog Catalog = new(
        [new("notes.note.written", typeof(NoteWritten), new EventTypeAttribute("notes.note.written") { OrderingKey = "note", Version = 2 })]);

    private readonly IEventPublisher _publisher = new ServiceCollection().AddSingleton(fixture.Platform.Grains).AddSingleton(Catalog).AddEventPublisher()
        .BuildServiceProvider().GetRequiredService<IEventPublisher>();

    [Fact]
    public async Task What_the_type_and_the_payload_say_goes_with_the_event()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        Diagnostics.CallContext.CorrelationId = "corr-1";
        var published = await _publisher.Publish(tenant, new NoteWritten(7, "hello", "berlin"));

        var read = (await fixture.Read(tenant, 1, start)).Single();
        (read.Id, read.Position, read.EventVersion, read.EventSource).ShouldBe((published.Id, published.Position!.Value, 2, "notes"));
        (read.CompanyId, read.OrderingKey, read.CorrelationId).ShouldBe(("berlin", "7", "corr-1"));
        read.Read<NoteWritten>().ShouldBe(new NoteWritten(7, "hello", "berlin"));
    }

    [Fact]
    public async Task What_the_caller_says_goes_before_what_the_payload_says()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        var options = new EventOptions { CompanyId = "paris", OrderingKey = "k", EventId = "mine" };
        (await _publisher.Publish(tenant, new NoteWritten(7, "hello", "berlin"), options)).Id.ShouldBe("mine");
        (await _publisher.Publish(tenant, new NoteWritten(7, "hello", "berlin"), options)).WasThere.ShouldBeTrue();
        var read = (await fixture.Read(tenant, 1, start)).Single();
        (read.CompanyId, read.OrderingKey).ShouldBe(("paris", "k"));
    }

    [Fact]
    public async Task An_event_that_breaks_a_rule_is_refused_by_the_name_of_what_is_wrong()
    {
        (await Refusal(new NoteWritten(1, ""), null)).ShouldContain("text");
        (await Refusal(new NoteWritten(1, new string('x', EventOptions.MaxPayloadBytes)), null)).ShouldContain("payload");
        (await Refusal(new NoteWritten(1, "a"), new EventOptions { EventId = "a.b" })).ShouldContain("event_id");
        (await Refusal(new NoteWritten(1, "a", "No Slug"), null)).ShouldContain("company_id");
        await Should.ThrowAsync<ArgumentException>(() => _publisher.Publish("acme", new Unknown()));
        await Should.ThrowAsync<ArgumentException>(() => _publisher.Publish("No Slug", new NoteWritten(1, "a")));
    }

    [Fact]
    public async Task Events_of_several_tenants_are_answered_in_their_order()
    {
        var tenants = new[] { await fixture.NewTenant(partition: 1), await fixture.NewTenant(partition: 2) };
        ImmutableArray<NewEvent> events = [.. Enumerable.Range(0, 10).Select(n => LogFixture.Event(tenants[n % 2], id: $"n-{n}"))];
        var outcome = await _publisher.Publish(events);
        outcome.Value.Select(one => one.Id).ShouldBe(events.Select(one => one.Id!));

        var bad = await _publisher.Publish([events[0], events[1] with { EventType = "nope" }]);
        bad.Failure.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("events[1].event_type");
    }

    [Fact]
    public async Task In_a_transaction_an_event_is_read_once_that_commits_and_never_where_it_does_not()
    {
        var tenant = await fixture.NewTenant();
        var start = await fixture.Head(tenant);
        await using var host = ModuleHost.On(fixture.Platform.Database);
        await host.PrepareNotes(ModuleHost.Notes);
        await using (var session = await host.Begin(tenant)) await _publisher.Append(session, new NoteWritten(1, "rolled back"));

        await using var kept = await host.Begin(tenant);
        var appended = await _publisher.Append(kept, new NoteWritten(2, "kept"));
        appended.Position.ShouldBeNull();
        await kept.Commit();
        var read = (await fixture.Read(tenant, 1, start)).ShouldHaveSingleItem();
        (read.Id, read.EventSource, read.EventVersion, read.OrderingKey).ShouldBe((appended.Id, "notes", 2, "2"));
    }

    private async Task<string> Refusal(NoteWritten note, EventOptions? options) =>
        (await Should.ThrowAsync<ArgumentException>(() => _publisher.Publish("acme", note, options))).Message;

    private sealed record NoteWritten(int Note, [property: MinLength(1)] string Text, string? CompanyId = null) : IEvent;

    private sealed record Unknown : IEvent;
}
