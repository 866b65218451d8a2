using Buildify.Databases;

namespace Buildify.Events;

internal sealed class HandlerContext(string subscription, LoggedEvent @event, int attempt, TimeSpan limit, TimeProvider time, CancellationToken stopping)
    : EventContext, IDisposable
{
    // Most handlers never ask for it, and a timer each would cost more than they do.
    private CancellationTokenSource? _cancellation;

    public override LoggedEvent Event => @event;

    public override int Attempt => attempt;

    public override CancellationToken Cancellation => (_cancellation ??= Start()).Token;

    public override async Task<bool> IsNew(TenantSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return await session.QuerySingleOrDefault<bool>("SELECT record_event(@subscription, @id)", new { subscription, id = @event.Id }, Cancellation);
    }

    public void Dispose() => _cancellation?.Dispose();

    private CancellationTokenSource Start()
    {
        var source = new CancellationTokenSource(limit, time);
        if (stopping.CanBeCanceled) stopping.UnsafeRegister(static other => Cancel((CancellationTokenSource)other!), source);
        return source;
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its event ended at this moment.
        }
    }
}
