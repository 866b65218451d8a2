using System.Text.Json;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Worker.Diagnostics;

internal sealed class EchoHandler : ITaskHandler<Echo, JsonText>
{
    public Task<JsonText> Handle(Echo task, TaskContext context) => Task.FromResult(new JsonText(JsonSerializer.Serialize(task, BuildifyJson.Options)));
}

internal sealed class SleepHandler(TimeProvider time) : ITaskHandler<Sleep, Unit>
{
    private const int MostMilliseconds = 3_600_000;

    public async Task<Unit> Handle(Sleep task, TaskContext context)
    {
        if (task.Milliseconds is < 0 or > MostMilliseconds)
        {
            throw new PermanentFailureException($"milliseconds is {task.Milliseconds}, not 0 to {MostMilliseconds}.");
        }
        await Task.Delay(TimeSpan.FromMilliseconds(task.Milliseconds), time, context.Cancellation);
        return Unit.Value;
    }
}

internal sealed class FailHandler : ITaskHandler<Fail, Unit>
{
    public Task<Unit> Handle(Fail task, TaskContext context)
    {
        if (context.Attempt > task.Times) return Task.FromResult(Unit.Value);
        var message = $"Attempt {context.Attempt} fails, as was asked for.";
        throw task.Permanent ? new PermanentFailureException(message) : new InvalidOperationException(message);
    }
}
