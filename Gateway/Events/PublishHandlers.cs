using Buildify.Events;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Idempotency;
using Buildify.Operations;

namespace Buildify.Gateway.Events;

/// <summary>Takes events in; what is answered is durable.</summary>
internal static class PublishHandlers
{
    public static async Task<IResult> One(OperationCall call)
    {
        var body = await call.Body<EventBody>();
        if (body.IsRefused(out var refusal, out var sent)) return refusal;
        var services = call.Http.RequestServices;
        var (made, wrong) = await services.GetRequiredService<EventIntake>().Read(call, sent);
        if (wrong is not null) return wrong;

        var publisher = services.GetRequiredService<IEventPublisher>();
        // Not with the request's token: the key's claim holds until the effect is over, whether or not the caller still waits.
        return await services.GetRequiredService<Idempotent>().Create(
            call.Http, call.Tenant, module: null, body.Fingerprint, stamp => publisher.Publish([made!], stamp, CancellationToken.None),
            written => Answer.Json(written[0], StatusCodes.Status202Accepted));
    }
}
