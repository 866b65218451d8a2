using System.Text.RegularExpressions;
using Buildify.Events;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>Who of a tenant gets which events.</summary>
internal static partial class SubscriptionHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.Grains.GetGrain<IEventRouterGrain>(GrainKeys.Tenant(call.Tenant)).List(page)));
    }

    public static async Task<IResult> Create(OperationCall call)
    {
        var body = await call.Body<NewSubscription>();
        var id = SubscriptionIds.New();
        return await call.Once<NewSubscription, CreatedSubscriptionAnswer>(
            body,
            async (subscription, by) => Shown(await Grain(call, id).Create(subscription, by.Caller, by.Stamp)),
            made => $"/api/v1/event-subscriptions/{made.Id}");
    }

    public static Task<IResult> Get(OperationCall call) => With(call, async grain => call.Answer(await call.Within(grain.Get())));

    public static Task<IResult> Change(OperationCall call) => With(call, async grain =>
    {
        var body = await call.Body<SubscriptionChangeBody>();
        return body.IsRefused(out var refusal, out var change) ? refusal : call.Answer(await call.Within(grain.Change(change.ToChange(), call.Caller)));
    });

    public static Task<IResult> Delete(OperationCall call) => With(call, async grain => call.Done(await call.Within(grain.Delete(call.Caller))));

    public static Task<IResult> Pause(OperationCall call) => With(call, async grain => call.Answer(await call.Within(grain.Pause(call.Caller))));

    public static Task<IResult> Resume(OperationCall call) => With(call, async grain => call.Answer(await call.Within(grain.Resume(call.Caller))));

    public static Task<IResult> Skip(OperationCall call) => With(call, async grain =>
    {
        var body = await call.Body<SkipBody>();
        if (body.IsRefused(out var refusal, out var skip)) return refusal;
        if (skip.EventId is { } id && !EventRules.IsId(id)) return call.Answer(Failure.Invalid(new FieldError("event_id", "is no id of an event")));
        return call.Answer(await call.Within(grain.Skip(skip.EventId, call.Caller)));
    });

    public static Task<IResult> RotateSecret(OperationCall call) =>
        With(call, async grain => call.Answer(Shown(await call.Within(grain.RotateSecret(call.Caller)))));

    public static Task<IResult> Example(OperationCall call) => With(call, async grain =>
    {
        var body = await call.Body<ExampleBody>();
        if (body.IsRefused(out var refusal, out var example)) return refusal;
        if (example.EventType is { } type && !EventRules.IsType(type)) return call.Answer(Failure.Invalid(new FieldError("event_type", "is no type of an event, as crm.contact.created")));
        return call.Answer(await call.Within(grain.Example(example.EventType, call.Caller)));
    });

    public static Task<IResult> Replay(OperationCall call) => With(call, async grain =>
    {
        var body = await call.Body<ReplayRequest>();
        return body.IsRefused(out var refusal, out var request) ? refusal : call.Answer(await call.Within(grain.Replay(request, call.Caller)));
    });

    public static Task<IResult> Attempts(OperationCall call) => With(call, async grain =>
    {
        var page = call.Page;
        return call.IsRefused(out var refusal) ? refusal : call.Answer(await call.Within(grain.Attempts(page)));
    });

    public static Task<IResult> DeadLetters(OperationCall call) => With(call, async grain =>
    {
        var page = call.Page;
        return call.IsRefused(out var refusal) ? refusal : call.Answer(await call.Within(grain.DeadLetters(page)));
    });

    public static Task<IResult> RedeliverOne(OperationCall call) => With(call, async grain =>
    {
        var id = call.Get<string>("event");
        if (call.IsRefused(out var refusal)) return refusal;
        return EventRules.IsId(id)
            ? call.Answer(await call.Within(grain.Redeliver(id, call.Caller)))
            : call.Answer(Failure.NotFound("There is no such event in the dead letters; GET lists them."));
    });

    public static Task<IResult> RedeliverAll(OperationCall call) =>
        With(call, async grain => call.Answer(await call.Within(grain.Redeliver(eventId: null, call.Caller))));

    // What cannot be an id is not there, and wakes no grain; another tenant's is not there either, because the key has the caller's tenant in it.
    private static async Task<IResult> With(OperationCall call, Func<ISubscriptionGrain, Task<IResult>> answer)
    {
        var id = call.Get<string>("id");
        if (call.IsRefused(out var refusal)) return refusal;
        return Id().IsMatch(id) ? await answer(Grain(call, id)) : call.Answer(Failure.NotFound("There is no such subscription; GET /api/v1/event-subscriptions lists them."));
    }

    private static ISubscriptionGrain Grain(OperationCall call, string id) => call.Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(call.Tenant, id));

    private static Outcome<CreatedSubscriptionAnswer> Shown(Outcome<CreatedSubscription> made) =>
        made.Failure is { } failure ? failure : CreatedSubscriptionAnswer.Of(made.Value!);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,120}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
