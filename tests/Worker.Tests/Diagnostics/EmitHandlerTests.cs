using System.Collections.Immutable;
using Buildify.Databases;
using Buildify.Events;
using Buildify.Idempotency;
using Buildify.Tasks;
using Npgsql;

namespace Buildify.Worker.Diagnostics;

public sealed class EmitHandlerTests
{
    private readonly Written _written = new();

    [Fact]
    public async Task The_event_s_id_is_the_task_s_so_that_another_attempt_publishes_nothing()
    {
        var task = new Context("acme");
        (await Handle(new Emit("crm.contact.called", new JsonText("""{"by":"ada"}"""), "berlin"), task)).ShouldBe(task.Id.ToString());

        var made = _written.Events.ShouldHaveSingleItem();
        (made.Id, made.Tenant, made.EventType, made.CompanyId, made.CorrelationId).ShouldBe((task.Id.ToString(), "acme", "crm.contact.called", "berlin", "request-7"));
        made.Payload.Text.ShouldBe("""{"by":"ada"}""");
    }

    [Fact]
    public async Task A_declared_type_s_payload_is_checked_and_gives_version_company_and_key()
    {
        await Handle(new Emit("crm.contact.created", new JsonText("""{"contact_id":"c1","company_id":"berlin"}""")), new Context("acme"));
        var made = _written.Events.ShouldHaveSingleItem();
        (made.EventVersion, made.CompanyId, made.OrderingKey, made.EventSource).ShouldBe((2, "berlin", "c1", "crm"));

        var error = await Should.ThrowAsync<PermanentFailureException>(
            () => Handle(new Emit("crm.contact.created", new JsonText("""{"contactid":"c1"}""")), new Context("acme")));
        error.Message.ShouldContain("crm.contact.created");
    }

    [Theory]
    [InlineData("core.tenant.created", "acme", "the platform's own")]
    [InlineData("crm.contact.called", "", "no tenant")]
    [InlineData("Not a type", "acme", "event_type")]
    public async Task What_no_attempt_could_publish_is_dead_at_once(string type, string tenant, string reason)
    {
        var error = await Should.ThrowAsync<PermanentFailureException>(() => Handle(new Emit(type, JsonText.EmptyObject), new Context(tenant)));
        error.Message.ShouldContain(reason);
        _written.Events.ShouldBeEmpty();
    }

    private Task<string> Handle(Emit task, TaskContext context)
    {
        var about = new EventTypeAttribute("crm.contact.created") { Version = 2, OrderingKey = "contact_id" };
        return new EmitHandler(_written, new EventCatalog([new EventTypeInfo(about.Name, typeof(ContactCreated), about)])).Handle(task, context);
    }

    private sealed record ContactCreated : IEvent
    {
        public required string ContactId { get; init; }

        public string? CompanyId { get; init; }
    }

    private sealed class Written : IEventPublisher
    {
        public List<NewEvent> Events { get; } = [];

        public Task<AppendedEvent> Append<TEvent>(TenantSession session, TEvent @event, EventOptions? options, CancellationToken cancellation)
            where TEvent : IEvent => throw new NotSupportedException();

        public Task<AppendedEvent> Publish<TEvent>(string tenant, TEvent @event, EventOptions? options, CancellationToken cancellation)
            where TEvent : IEvent => throw new NotSupportedException();

        public Task<Outcome<ImmutableArray<AppendedEvent>>> Publish(ImmutableArray<NewEvent> events, IdempotencyStamp? stamp, CancellationToken cancellation)
        {
            if (events.SelectMany(EventRules.Check).FirstOrDefault() is { } wrong) return Task.FromResult<Outcome<ImmutableArray<AppendedEvent>>>(Failure.Invalid(wrong));
            Events.AddRange(events);
            return Task.FromResult<Outcome<ImmutableArray<AppendedEvent>>>(events.Select(made => new AppendedEvent(made.Id!, Position: 1)).ToImmutableArray());
        }
    }

    private sealed class Context(string tenant) : TaskContext
    {
        public override Guid Id { get; } = Guid.CreateVersion7();

        public override string Type => "core.emit";

        public override string Queue => "default";

        public override string Tenant => tenant;

        public override int Attempt => 1;

        public override int MaxAttempts => 5;

        public override string? CorrelationId => "request-7";

        public override CancellationToken Cancellation => CancellationToken.None;

        public override void Report(double fraction, string? message = null) => throw new NotSupportedException();

        public override Task Complete<TResult>(NpgsqlTransaction transaction, TResult result, CancellationToken cancellation = default) => throw new NotSupportedException();

        public override Task<T> Through<T>(string dependency, Func<CancellationToken, Task<T>> call) => throw new NotSupportedException();
    }
}
