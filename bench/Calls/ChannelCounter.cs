using System.Threading.Channels;

namespace Buildify.Bench.Calls;

/// <summary>
/// The reference: an actor as anybody would write one by hand, with a channel, a loop that reads it and a promise in each request. No
/// time-outs, no life cycle, no errors, no directory, no context.
/// </summary>
internal sealed class ChannelCounter
{
    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>(new() { SingleReader = true });
    private long _sum;

    public ChannelCounter() => _ = Task.Run(Loop);

    public Task<long> Add(long number)
    {
        var request = new Request(number, null, 0);
        _requests.Writer.TryWrite(request);
        return request.Promise.Task;
    }

    public Task AddTo(ChannelCounter other, int calls)
    {
        var request = new Request(0, other, calls);
        _requests.Writer.TryWrite(request);
        return request.Promise.Task;
    }

    public void Stop() => _requests.Writer.Complete();

    private async Task Loop()
    {
        await foreach (var request in _requests.Reader.ReadAllAsync())
        {
            for (var call = 0; call < request.Calls; call++) await request.Other!.Add(1);
            request.Promise.SetResult(_sum += request.Number);
        }
    }

    private sealed class Request(long number, ChannelCounter? other, int calls)
    {
        public long Number => number;
        public ChannelCounter? Other => other;
        public int Calls => calls;

        // As the runtime's own: a caller never goes on on the actor's stack.
        public TaskCompletionSource<long> Promise { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
