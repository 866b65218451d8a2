using System.Data;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Postgres;

/// <summary>
/// Runs the membership statements as Microsoft.Orleans.Clustering.AdoNet 10.4.2 does: by its keys, with the parameters it binds and their
/// types, reading the columns it reads.
/// </summary>
public sealed class ClusteringQueryTests : IAsyncLifetime
{
    private const int Active = 3;
    private const int Dead = 6;

    private static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private PostgresDatabase _database = null!;

    public async Task InitializeAsync() => _database = await (await PostgresServer.Shared).CreateDatabaseAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("GatewaysQueryKey")]
    [InlineData("MembershipReadRowKey")]
    [InlineData("MembershipReadAllKey")]
    [InlineData("InsertMembershipVersionKey")]
    [InlineData("UpdateIAmAlivetimeKey")]
    [InlineData("InsertMembershipKey")]
    [InlineData("UpdateMembershipKey")]
    [InlineData("DeleteMembershipTableEntriesKey")]
    [InlineData("CleanupDefunctSiloEntriesKey")]
    [InlineData("CleanupDefunctSiloEntryKey")]
    [InlineData("ReadFromStorageKey")]
    [InlineData("WriteToStorageKey")]
    [InlineData("ClearStorageKey")]
    [InlineData("DeleteStorageKey")]
    public async Task Every_statement_the_providers_load_is_there(string key) =>
        (await _database.QueryAsync<string>("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", key)).ShouldNotBeNull();

    [Fact]
    public async Task A_cluster_s_version_is_made_once()
    {
        (await IsTrue("InsertMembershipVersionKey")).ShouldBeTrue();
        (await IsTrue("InsertMembershipVersionKey")).ShouldBeFalse();

        var row = (await Read("MembershipReadAllKey")).ShouldHaveSingleItem();
        (row["DeploymentId"], row["Version"], row["StartTime"]).ShouldBe(("dev", 0, DBNull.Value));
    }

    [Fact]
    public async Task A_silo_joins_and_moves_the_version()
    {
        await IsTrue("InsertMembershipVersionKey");

        (await Insert(port: 1, version: 0)).ShouldBeTrue();

        var row = (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem();
        row.ShouldBe(new Dictionary<string, object>
        {
            ["DeploymentId"] = "dev",
            ["Address"] = "10.0.0.1",
            ["Port"] = 1,
            ["Generation"] = 7,
            ["SiloName"] = "silo-1",
            ["HostName"] = "host",
            ["Status"] = Active,
            ["ProxyPort"] = 30000,
            ["SuspectTimes"] = DBNull.Value,
            ["StartTime"] = Start,
            ["IAmAliveTime"] = Start,
            ["Version"] = 1,
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_silo_that_read_an_old_version_does_not_join()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);

        (await Insert(port: 2, version: 0)).ShouldBeFalse();

        (await Read("MembershipReadAllKey")).ShouldHaveSingleItem()["Version"].ShouldBe(1);
    }

    [Fact]
    public async Task A_silo_that_is_there_does_not_join_again_and_the_version_stays()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);

        (await Insert(port: 1, version: 1)).ShouldBeFalse();

        (await Read("MembershipReadAllKey")).ShouldHaveSingleItem()["Version"].ShouldBe(1);
    }

    [Fact]
    public async Task Of_silos_that_join_together_one_wins_each_version()
    {
        await IsTrue("InsertMembershipVersionKey");

        var joined = await Task.WhenAll(Enumerable.Range(1, 16).Select(port => Insert(port, version: 0)));

        joined.Count(won => won).ShouldBe(1);
        (await Read("MembershipReadAllKey")).ShouldHaveSingleItem()["Version"].ShouldBe(1);
    }

    [Fact]
    public async Task A_silo_s_status_changes_with_the_version_or_not_at_all()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);

        (await Update(port: 1, version: 0, Dead, "10.0.0.2:2@7,2026-01-02 03:04:05.000 GMT")).ShouldBeFalse();
        (await Update(port: 9, version: 1, Dead, null)).ShouldBeFalse();
        (await Update(port: 1, version: 1, Dead, "10.0.0.2:2@7,2026-01-02 03:04:05.000 GMT")).ShouldBeTrue();

        var row = (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem();
        (row["Status"], row["SuspectTimes"], row["Version"]).ShouldBe((Dead, "10.0.0.2:2@7,2026-01-02 03:04:05.000 GMT", 2));
    }

    [Fact]
    public async Task A_heartbeat_leaves_the_version_alone()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);

        await Execute("UpdateIAmAlivetimeKey", [.. Silo(1), Time("IAmAliveTime", Start.AddMinutes(1))]);

        var row = (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem();
        (row["IAmAliveTime"], row["Version"]).ShouldBe((Start.AddMinutes(1), 1));
    }

    [Fact]
    public async Task Gateways_are_the_active_silos_that_take_clients()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);
        await Insert(port: 2, version: 1, proxyPort: 0);
        await Insert(port: 3, version: 2);
        await Update(port: 3, version: 3, Dead, null);

        (await Read("GatewaysQueryKey", Number("Status", Active))).ShouldHaveSingleItem().ShouldBe(
            new Dictionary<string, object> { ["Address"] = "10.0.0.1", ["ProxyPort"] = 30000, ["Generation"] = 7 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Clean_up_removes_a_dead_silo_that_is_as_it_was_read()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);
        NpgsqlParameter[] asRead =
            [.. Silo(1), Text("SuspectTimes", null), Time("StartTime", Start), Time("IAmAliveTime", Start)];

        await Execute("CleanupDefunctSiloEntryKey", asRead);
        (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem()["Status"].ShouldBe(Active);

        await Update(port: 1, version: 1, Dead, null);
        await Execute("CleanupDefunctSiloEntryKey", [.. Silo(1), Text("SuspectTimes", "a"), Time("StartTime", Start), Time("IAmAliveTime", Start)]);
        (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem()["Status"].ShouldBe(Dead);

        await Execute("CleanupDefunctSiloEntryKey", asRead.Select(parameter => parameter.Clone()).ToArray());
        (await Read("MembershipReadRowKey", Silo(1))).ShouldHaveSingleItem()["Status"].ShouldBe(DBNull.Value);
    }

    [Fact]
    public async Task Clean_up_in_bulk_removes_the_long_dead_alone()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);
        await Insert(port: 2, version: 1);
        await Update(port: 2, version: 2, Dead, null);

        await Execute("CleanupDefunctSiloEntriesKey", Time("IAmAliveTime", Start));
        (await Read("MembershipReadAllKey")).Count.ShouldBe(2);

        await Execute("CleanupDefunctSiloEntriesKey", Time("IAmAliveTime", Start.AddDays(1)));
        (await Read("MembershipReadAllKey")).ShouldHaveSingleItem()["Port"].ShouldBe(1);
    }

    [Fact]
    public async Task A_cluster_is_deleted_whole()
    {
        await IsTrue("InsertMembershipVersionKey");
        await Insert(port: 1, version: 0);

        await Execute("DeleteMembershipTableEntriesKey");

        (await Read("MembershipReadAllKey")).ShouldBeEmpty();
    }

    private Task<bool> Insert(int port, int version, int proxyPort = 30000) => IsTrue("InsertMembershipKey",
        [.. Silo(port), Time("IAmAliveTime", Start), Text("SiloName", $"silo-{port}"), Text("HostName", "host"), Time("StartTime", Start),
         Number("Status", Active), Number("ProxyPort", proxyPort), Number("Version", version)]);

    private Task<bool> Update(int port, int version, int status, string? suspectTimes) => IsTrue("UpdateMembershipKey",
        [.. Silo(port), Time("IAmAliveTime", Start), Number("Status", status), Text("SuspectTimes", suspectTimes), Number("Version", version)]);

    private static NpgsqlParameter[] Silo(int port) => [Text("Address", "10.0.0.1"), Number("Port", port), Number("Generation", 7)];

    private async Task<bool> IsTrue(string key, params NpgsqlParameter[] parameters)
    {
        await using var command = await Command(key, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.FieldCount.ShouldBe(1);
        return Convert.ToBoolean(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<List<Dictionary<string, object>>> Read(string key, params NpgsqlParameter[] parameters)
    {
        await using var command = await Command(key, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object>>();
        while (await reader.ReadAsync())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue));
        return rows;
    }

    private async Task Execute(string key, params NpgsqlParameter[] parameters)
    {
        await using var command = await Command(key, parameters);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlCommand> Command(string key, NpgsqlParameter[] parameters)
    {
        var command = _database.Source.CreateCommand((await _database.QueryAsync<string>("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", key))!);
        command.Parameters.Add(Text("DeploymentId", "dev"));
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter Text(string name, string? value) => new(name, DbType.String) { Value = (object?)value ?? DBNull.Value };

    private static NpgsqlParameter Number(string name, int value) => new(name, DbType.Int32) { Value = value };

    private static NpgsqlParameter Time(string name, DateTime value) => new(name, DbType.DateTime) { Value = value };
}
