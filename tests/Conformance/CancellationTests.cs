namespace Conformance;

[Alias("conformance.cancellable")]
internal interface ICancellableGrain : IGrainWithStringKey
{
    [Alias("wait")]
    Task<string> Wait(string signal, CancellationToken token);

    [Alias("stubborn")]
    Task<string> Stubborn(string signal, CancellationToken token = default);

    [Alias("mark")]
    Task Mark(string signal, CancellationToken token);

    [Alias("state")]
    Task<bool> CanBeCancelled(CancellationToken token = default);

    [Alias("pass")]
    Task Pass();

    [Alias("beside")]
    [AlwaysInterleave]
    Task Beside();
}

internal sealed class CancellableGrain : Grain, ICancellableGrain
{
    public async Task<string> Wait(string signal, CancellationToken token)
    {
        var scheduler = TaskScheduler.Current;
        var fired = new TaskCompletionSource<bool>();
        token.Register(() => fired.TrySetResult(TaskScheduler.Current == scheduler));
        Signals.Give(signal + " reached");
        var onItsScheduler = await fired.Task;
        Signals.Give($"{signal}: cancelled {(onItsScheduler ? "in" : "outside")} its turns");
        token.ThrowIfCancellationRequested();
        return "went on";
    }

    public async Task<string> Stubborn(string signal, CancellationToken token)
    {
        await Signals.StopAt(signal);
        Signals.Give(signal + ": went on");
        return "went on";
    }

    public Task Mark(string signal, CancellationToken token)
    {
        Signals.Give(signal);
        return Task.CompletedTask;
    }

    public Task<bool> CanBeCancelled(CancellationToken token) => Task.FromResult(token.IsCancellationRequested);

    public Task Pass() => Task.CompletedTask;

    public Task Beside() => Task.CompletedTask;
}

[Collection(SharedCluster.Name)]
public sealed class CancellationTests(SharedCluster shared)
{
    [Fact]
    public async Task Cancelling_a_call_fires_the_method_s_token_and_cancels_the_caller_s_task()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain("running").Wait("running", cancellation.Token);
        await Signals.Reached("running");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call.Within("the cancellation"));
        call.IsCanceled.ShouldBeTrue();
        await Signals.Named("running: cancelled in its turns").Task.Within("the method's token");
    }

    [Fact]
    public async Task The_caller_does_not_wait_for_a_method_that_ignores_its_token()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain("stubborn").Stubborn("stubborn", cancellation.Token);
        await Signals.Reached("stubborn");
        await cancellation.CancelAsync();
        var exception = await Record.ExceptionAsync(() => call.Within("the cancellation"));
        exception.ShouldBeAssignableTo<OperationCanceledException>()!.CancellationToken.ShouldBe(cancellation.Token);
        Signals.Pass("stubborn");
        await Signals.Named("stubborn: went on").Task.Within("the method's end");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_never_runs()
    {
        using var cancellation = new CancellationTokenSource();
        var first = Grain("waits").Stubborn("cancelled while waiting");
        await Signals.Reached("cancelled while waiting");
        var second = Grain("waits").Mark("never marked", cancellation.Token);

        // The second has arrived when a call that was sent after it has been there, and so has the cancellation.
        await Grain("waits").Beside();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second.Within("the cancellation"));
        await Grain("waits").Beside();
        Signals.Pass("cancelled while waiting");
        await first;
        await Grain("waits").Pass();
        Signals.Named("never marked").Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_with_a_token_that_has_fired_is_not_sent()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Grain("not sent").Mark("not sent", cancellation.Token));
        await Grain("not sent").Pass();
        Signals.Named("not sent").Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_without_a_token_is_not_cancelled() => (await Grain("without").CanBeCancelled()).ShouldBeFalse();

    private ICancellableGrain Grain(string key) => shared.Grains.GetGrain<ICancellableGrain>("cancellable: " + key);
}
