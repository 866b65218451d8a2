using Buildify.Testing.Postgres;

namespace Buildify.Tasks;

public class TaskPlacementTests
{
    [Fact]
    public async Task A_key_s_partition_is_the_one_that_the_database_counts()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        string[] keys = ["", "a", "invoice 4711", "Müller & Søn", "𝔘", new string('k', 255), .. Enumerable.Range(0, 50).Select(n => $"key-{n}")];
        foreach (var partitions in new[] { 1, 2, 3, 7, 64, 65_535 })
        {
            foreach (var key in keys)
            {
                (await database.QueryAsync<int>("SELECT task_partition_number($1, $2, $3)", "acme", key, partitions))
                    .ShouldBe(TaskPlacement.Of("acme", key, partitions), $"{key} among {partitions}");
            }
        }
    }

    [Fact]
    public async Task An_id_of_the_database_s_says_its_partition()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        foreach (var partition in new[] { 1, 255, 256, 65_535 })
        {
            TaskPlacement.PartitionOf(await database.QueryAsync<Guid>("SELECT new_task_id($1)", partition)).ShouldBe(partition);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(65_535)]
    public void An_id_says_its_partition_and_is_of_version_7(int partition)
    {
        var id = TaskPlacement.NewId(partition, DateTimeOffset.UnixEpoch.AddDays(20_000), order: 262_143);
        TaskPlacement.PartitionOf(id).ShouldBe(partition);
        (id.Version, id.Variant & 0xc).ShouldBe((7, 8));
    }

    [Fact]
    public void Ids_that_are_made_together_are_in_order_and_none_is_there_twice()
    {
        var ids = Enumerable.Range(0, 10_000).Select(order => TaskPlacement.NewId((order % 7) + 1, DateTimeOffset.UnixEpoch.AddDays(20_000), order)).ToArray();
        ids.ShouldBe(ids.Order());
        ids.Distinct().Count().ShouldBe(ids.Length);
    }
}
