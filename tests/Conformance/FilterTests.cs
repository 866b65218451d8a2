using System.Collections.Concurrent;
using Orleans.TestingHost;

namespace Conformance;

[Alias("conformance.filtered")]
internal interface IFilteredGrain : IGrainWithStringKey
{
    [Alias("echo")]
    Task<string> Echo(string word, int times = 1);

    [Alias("fail")]
    Task<string> Fail();

    [Alias("forward")]
    Task<string> Forward(IFilteredGrain other, string word);

    [Alias("nothing")]
    Task Nothing();
}

internal sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public Task<string> Echo(string word, int times) => Task.FromResult(string.Concat(Enumerable.Repeat(word, times)));

    public Task<string> Fail() => throw new InvalidOperationException("the grain's");

    public Task<string> Forward(IFilteredGrain other, string word) => other.Echo(word);

    public Task Nothing() => Task.CompletedTask;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Filters.Log(this.GetPrimaryKeyString(), "grain in");
        await context.Invoke();
        Filters.Log(this.GetPrimaryKeyString(), "grain out");
    }
}

internal static class Filters
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Logs = new();

    public static void Log(string key, string line) => Logs.GetOrAdd(key, static _ => new()).Enqueue(line);

    public static string[] Of(string key) => Logs.TryGetValue(key, out var log) ? [.. log] : [];

    public static async Task Incoming(IIncomingGrainCallContext context)
    {
        var key = context.TargetId.Key.ToString()!;
        if (context.Grain is not FilteredGrain)
        {
            await context.Invoke();
            return;
        }

        switch (key)
        {
            case "describes":
                Log(key, $"{context.MethodName} {context.InterfaceName} {context.InterfaceMethod.Name} {context.ImplementationMethod.DeclaringType!.Name}");
                Log(key, $"{context.TargetId} {context.Request.GetArgumentCount()} {context.Request.GetArgument(0)}");
                Log(key, context.SourceId is { } source ? source.IsClient() ? "client" : source.ToString() : "nobody");
                await context.Invoke();
                Log(key, $"result {context.Result}");
                return;
            case "changes":
                context.Request.SetArgument(0, "changed");
                await context.Invoke();
                context.Result = context.Result + "!";
                return;
            case "answers":
                context.Result = "the filter's";
                return;
            case "breaks":
                return;
            case "refuses":
                throw new UnauthorizedAccessException("not you");
            case "recovers":
                try
                {
                    await context.Invoke();
                }
                catch (InvalidOperationException exception)
                {
                    context.Result = "recovered from " + exception.Message;
                }

                return;
            default:
                Log(key, "silo in");
                await context.Invoke();
                Log(key, "silo out");
                return;
        }
    }

    public static async Task Outgoing(IOutgoingGrainCallContext context)
    {
        var key = context.TargetId.Key.ToString()!;
        if (!key.StartsWith("out:", StringComparison.Ordinal))
        {
            await context.Invoke();
            return;
        }

        Log(key, $"{context.SourceId?.ToString() ?? "nobody"} to {context.TargetId} {context.MethodName}");
        try
        {
            await context.Invoke();
            Log(key, $"result {context.Result}");
        }
        catch (InvalidOperationException exception)
        {
            Log(key, $"failed {exception.Message}");
            throw;
        }
    }
}

public sealed class FilteredCluster : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<Silos>();
        builder.AddClientBuilderConfigurator<Client>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    private sealed class Silos : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .AddIncomingGrainCallFilter(Filters.Incoming)
            .AddIncomingGrainCallFilter<Second>()
            .AddOutgoingGrainCallFilter(Filters.Outgoing);
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.AddOutgoingGrainCallFilter(Filters.Outgoing);
    }

    private sealed class Second : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            var isOrdered = context.TargetId.Key.ToString() == "ordered";
            if (isOrdered)
            {
                Filters.Log("ordered", "second in");
            }

            await context.Invoke();
            if (isOrdered)
            {
                Filters.Log("ordered", "second out");
            }
        }
    }
}

public sealed class FilterTests(FilteredCluster filtered) : IClassFixture<FilteredCluster>
{
    [Fact]
    public async Task Filters_stand_around_a_call_in_the_order_they_were_added_and_the_grain_s_own_is_innermost()
    {
        await Grain("ordered").Echo("x");
        Filters.Of("ordered").ShouldBe(["silo in", "second in", "grain in", "grain out", "second out", "silo out"]);
    }

    [Fact]
    public async Task An_incoming_filter_sees_who_calls_what()
    {
        await Grain("describes").Echo("x", 2);
        Filters.Of("describes").ShouldBe(
        [
            "Echo Conformance.IFilteredGrain Echo FilteredGrain",
            "filtered/describes 2 x",
            "client",
            "grain in",
            "grain out",
            "result xx",
        ]);
    }

    [Fact]
    public async Task A_filter_can_change_arguments_and_result() => (await Grain("changes").Echo("x")).ShouldBe("changed!");

    [Fact]
    public async Task A_filter_can_answer_itself() => (await Grain("answers").Echo("x")).ShouldBe("the filter's");

    [Fact]
    public async Task A_filter_that_neither_goes_on_nor_answers_fails_the_call() =>
        await Should.ThrowAsync<InvalidOperationException>(Grain("breaks").Echo("x"));

    [Fact]
    public async Task What_a_filter_throws_the_caller_gets() =>
        (await Should.ThrowAsync<UnauthorizedAccessException>(Grain("refuses").Echo("x"))).Message.ShouldBe("not you");

    [Fact]
    public async Task A_filter_can_catch_what_the_grain_throws() => (await Grain("recovers").Fail()).ShouldBe("recovered from the grain's");

    [Fact]
    public async Task An_outgoing_filter_of_a_client_sees_no_grain_that_calls()
    {
        await Grain("out: client").Echo("x");
        Filters.Of("out: client").ShouldBe(["nobody to filtered/out: client Echo", "silo in", "grain in", "grain out", "silo out", "result x"]);
    }

    [Fact]
    public async Task An_outgoing_filter_of_a_silo_sees_the_grain_that_calls()
    {
        await Grain("caller").Forward(Grain("out: silo"), "x");
        Filters.Of("out: silo")[0].ShouldBe("filtered/caller to filtered/out: silo Echo");
    }

    [Fact]
    public async Task An_outgoing_filter_sees_what_the_grain_threw()
    {
        await Should.ThrowAsync<InvalidOperationException>(Grain("out: fails").Fail());
        Filters.Of("out: fails").ShouldBe(["nobody to filtered/out: fails Fail", "silo in", "grain in", "failed the grain's"]);
    }

    [Fact]
    public async Task A_call_without_a_result_passes_the_filters() => await Grain("nothing").Nothing();

    private IFilteredGrain Grain(string key) => filtered.Cluster.GrainFactory.GetGrain<IFilteredGrain>(key);
}
