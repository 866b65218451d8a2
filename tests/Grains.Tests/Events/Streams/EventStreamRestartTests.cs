namespace Buildify.Events.Streams;

public sealed class EventStreamRestartTests
{
    private static bool IsEmbedded => typeof(Grain).Assembly.GetName().Name == "Orleans.Embedded";

    [Fact]
    public async Task A_new_cluster_goes_on_where_the_old_one_had_delivered()
    {
        var old = await StreamFixture.Launch();
        var tenant = await old.NewTenant();
        var recorder = StreamFixture.Listener(tenant);
        var published = await old.Publish(tenant, 50);
        await recorder.Distinct(50);
        await old.DeliveredIsSaved(tenant);
        await old.Platform.Cluster.KillSiloAsync(old.Platform.Cluster.Primary!);

        var next = await StreamFixture.Launch(database: old.Platform.Database);
        try
        {
            published.AddRange(await next.Publish(tenant, 50));
            await recorder.Distinct(100);
            recorder.Ids().ShouldBe(published, "each once");
        }
        finally
        {
            await old.Platform.Cluster.DisposeAsync();
            await next.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_a_killed_silo_had_not_delivered_comes_from_the_next()
    {
        var old = await StreamFixture.Launch();
        var tenant = await old.NewTenant();
        var recorder = StreamFixture.Listener(tenant);
        var first = await old.Publish(tenant, 50);
        await recorder.Distinct(50);
        await old.DeliveredIsSaved(tenant);
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        recorder.Before = _ => stuck.Task;
        var second = await old.Publish(tenant, 300);
        await old.Platform.Cluster.KillSiloAsync(old.Platform.Cluster.Primary!);
        recorder.Before = _ => Task.CompletedTask;

        var next = await StreamFixture.Launch(database: old.Platform.Database);
        try
        {
            // The next cluster's own, or one that was stuck and is not now.
            (await recorder.Distinct(350)).ShouldBe([.. first, .. second]);
            recorder.Ids().Take(50).ShouldBe(first);
            recorder.Ids().Skip(50).ShouldNotContain(id => first.Contains(id), "it does not start over");
        }
        finally
        {
            stuck.TrySetException(new OperationCanceledException("Its silo was killed."));
            await old.Platform.Cluster.DisposeAsync();
            await next.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_silo_that_stops_hands_its_partitions_to_another()
    {
        var fixture = await StreamFixture.Launch(silos: 2);
        try
        {
            var tenants = new List<string>();
            while (tenants.Select(EventPlacement.Of).Distinct().Count() < EventPlacement.Partitions) tenants.Add(await fixture.NewTenant());
            var recorders = tenants.ConvertAll(StreamFixture.Listener);
            var published = await Task.WhenAll(tenants.Select(tenant => fixture.Publish(tenant, 10)));
            foreach (var recorder in recorders) await recorder.Distinct(10);

            // On the embedded runtime the first silo reads them all; on Orleans each reads half, and the first has the test's membership.
            var cluster = fixture.Platform.Cluster;
            await cluster.StopSiloAsync(IsEmbedded ? cluster.Primary! : cluster.SecondarySilos[0]);
            var later = await Task.WhenAll(tenants.Select(tenant => fixture.Publish(tenant, 10)));

            for (var i = 0; i < tenants.Count; i++) (await recorders[i].Distinct(20)).ShouldBe([.. published[i], .. later[i]]);
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }
}
