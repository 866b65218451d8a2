namespace Conformance;

[GenerateSerializer]
[Alias("conformance.exception")]
internal sealed class OwnException : Exception
{
    public OwnException(string message, int code)
        : base(message) => Code = code;

    [Id(0)]
    public int Code { get; }
}

[Alias("conformance.failing")]
internal interface IFailingGrain : IGrainWithStringKey
{
    [Alias("fail")]
    Task Fail(string kind);

    [Alias("fail-value")]
    ValueTask<int> FailValue(string kind);

    [Alias("through")]
    Task FailThrough(IFailingGrain other, string kind);

    [Alias("pass")]
    Task Pass();
}

internal sealed class FailingGrain : Grain, IFailingGrain
{
    public async Task Fail(string kind)
    {
        if (kind != "at once")
        {
            await Task.Yield();
        }

        throw kind switch
        {
            "own" => new OwnException("own message", 42),
            "nested" => new InvalidOperationException("outer", new ArgumentException("inner")),
            "cancelled" => new OperationCanceledException("cancelled by itself"),
            "several" => new AggregateException("several", new InvalidOperationException("one"), new ArgumentException("two")),
            _ => new InvalidOperationException($"{kind} failed"),
        };
    }

    public ValueTask<int> FailValue(string kind) => throw new InvalidOperationException($"{kind} failed");

    public Task FailThrough(IFailingGrain other, string kind) => other.Fail(kind);

    public Task Pass() => Task.CompletedTask;
}

[Collection(SharedCluster.Name)]
public sealed class FailureTests(SharedCluster shared)
{
    [Fact]
    public async Task An_exception_keeps_its_type_and_message()
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(Grain("plain").Fail("this"));
        exception.Message.ShouldBe("this failed");
    }

    [Fact]
    public async Task An_exception_of_the_application_s_own_keeps_what_it_carries()
    {
        var exception = await Should.ThrowAsync<OwnException>(Grain("own").Fail("own"));
        exception.Message.ShouldBe("own message");
        exception.Code.ShouldBe(42);
    }

    [Fact]
    public async Task An_exception_keeps_its_inner_exception()
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(Grain("nested").Fail("nested"));
        exception.InnerException.ShouldBeOfType<ArgumentException>().Message.ShouldBe("inner");
    }

    [Fact]
    public async Task Several_exceptions_stay_together()
    {
        var exception = await Should.ThrowAsync<AggregateException>(Grain("several").Fail("several"));
        exception.InnerExceptions.Select(e => e.Message).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task An_exception_thrown_before_the_first_await_reaches_the_caller_in_the_task()
    {
        var call = Grain("at once").Fail("at once");
        (await Should.ThrowAsync<InvalidOperationException>(call)).Message.ShouldBe("at once failed");
        var value = Grain("value").FailValue("value").AsTask();
        (await Should.ThrowAsync<InvalidOperationException>(value)).Message.ShouldBe("value failed");
    }

    [Fact]
    public async Task A_cancellation_in_the_grain_makes_the_caller_s_task_cancelled_and_keeps_its_message()
    {
        var call = Grain("cancelled").Fail("cancelled");
        var exception = await Record.ExceptionAsync(() => call);
        exception.ShouldBeOfType<OperationCanceledException>().Message.ShouldBe("cancelled by itself");
        call.IsCanceled.ShouldBeTrue();
    }

    [Fact]
    public async Task An_exception_passes_through_a_grain_on_the_way()
    {
        var call = Grain("way").FailThrough(Grain("end"), "own");
        (await Should.ThrowAsync<OwnException>(call)).Code.ShouldBe(42);
    }

    [Fact]
    public async Task An_exception_s_stack_names_the_method_that_threw() =>
        (await Should.ThrowAsync<InvalidOperationException>(Grain("stack").Fail("this"))).ToString().ShouldContain("FailingGrain.Fail");

    [Fact]
    public async Task A_grain_that_failed_serves_the_next_call()
    {
        await Should.ThrowAsync<InvalidOperationException>(Grain("next").Fail("this"));
        await Grain("next").Pass().Within("the next call");
    }

    private IFailingGrain Grain(string key) => shared.Grains.GetGrain<IFailingGrain>("failing: " + key);
}
